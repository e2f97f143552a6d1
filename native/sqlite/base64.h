// Base64 with the standard alphabet (RFC 4648).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace shrike::sqlite {

// Padded; the empty text stays empty.
std::string to_base64(std::string_view bytes);
// Nothing where a character is none of the alphabet's. Padding at the end is not needed; bits that make no byte are dropped.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace shrike::sqlite
