// MD5, SHA-1 and SHA-256 of a text in memory, for SQL functions. They are not for secrets: nothing here takes constant time.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace shrike::sqlite {

std::array<uint8_t, 16> md5(std::string_view text);
std::array<uint8_t, 20> sha1(std::string_view text);
std::array<uint8_t, 32> sha256(std::string_view text);

}  // namespace shrike::sqlite
