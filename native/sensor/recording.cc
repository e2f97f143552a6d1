#include "recording.h"

#include <cerrno>
#include <cstring>
#include <zstd.h>

namespace shrike::sensor {
namespace {

constexpr char kMagic[] = "SHRIKE RECORDING 1\n";
constexpr size_t kBlock = 1 << 16;
constexpr size_t kMaxRecord = 64 << 10;

// The value of "name" in our own one-line JSON.
std::string json_value(const std::string& line, const char* name) {
  std::string key = std::string("\"") + name + "\":";
  size_t at = line.find(key);
  if (at == std::string::npos) return {};
  at += key.size();
  if (line[at] == '"') {
    size_t end = line.find('"', at + 1);
    return end == std::string::npos ? std::string{} : line.substr(at + 1, end - at - 1);
  }
  return line.substr(at, line.find_first_of(",}", at) - at);
}

}  // namespace

RecordingWriter::~RecordingWriter() { close(); }

std::string RecordingWriter::open(const std::string& path, const RecordingHeader& header) {
  file_ = fopen(path.c_str(), "wb");
  if (!file_) return "cannot write " + path + ": " + strerror(errno);
  fprintf(file_, "%s{\"boot\":\"%s\",\"clock_offset\":%lld,\"kernel\":\"%s\"}\n", kMagic, header.boot.c_str(), static_cast<long long>(header.clock_offset),
          header.kernel.c_str());
  ZSTD_CCtx* stream = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(stream, ZSTD_c_compressionLevel, 1);
  ZSTD_CCtx_setParameter(stream, ZSTD_c_checksumFlag, 1);
  stream_ = stream;
  in_.reserve(kBlock + kMaxRecord);
  out_.resize(ZSTD_CStreamOutSize());
  return {};
}

void RecordingWriter::write(const void* record, size_t length) {
  if (!file_) return;
  const char* bytes = static_cast<const char*>(record);
  in_.insert(in_.end(), bytes, bytes + length);
  records_++;
  if (in_.size() >= kBlock) flush(false);
}

void RecordingWriter::flush(bool end) {
  ZSTD_inBuffer in{in_.data(), in_.size(), 0};
  for (;;) {
    ZSTD_outBuffer out{out_.data(), out_.size(), 0};
    size_t left = ZSTD_compressStream2(static_cast<ZSTD_CCtx*>(stream_), &out, &in, end ? ZSTD_e_end : ZSTD_e_continue);
    if (ZSTD_isError(left) || fwrite(out_.data(), 1, out.pos, file_) != out.pos) {
      failed_ = true;
      break;
    }
    if (end ? left == 0 : in.pos == in.size) break;
  }
  in_.clear();
}

std::string RecordingWriter::close() {
  if (!file_) return {};
  flush(true);
  if (fclose(file_) != 0) failed_ = true;
  file_ = nullptr;
  ZSTD_freeCCtx(static_cast<ZSTD_CCtx*>(stream_));
  stream_ = nullptr;
  return failed_ ? "the recording could not be written whole: is the disk full?" : std::string{};
}

RecordingReader::~RecordingReader() {
  if (file_) fclose(file_);
  if (stream_) ZSTD_freeDCtx(static_cast<ZSTD_DCtx*>(stream_));
}

std::string RecordingReader::open(const std::string& path, RecordingHeader* header) {
  path_ = path;
  file_ = fopen(path.c_str(), "rb");
  if (!file_) return "cannot read " + path + ": " + strerror(errno);
  char line[4096];
  if (!fgets(line, sizeof(line), file_) || strcmp(line, kMagic) != 0) return path + " is not a Shrike recording: make one with shrike record FILE";
  if (!fgets(line, sizeof(line), file_)) return path + " ends after its first line";
  header->boot = json_value(line, "boot");
  header->kernel = json_value(line, "kernel");
  header->clock_offset = strtoll(json_value(line, "clock_offset").c_str(), nullptr, 10);
  stream_ = ZSTD_createDCtx();
  in_.resize(ZSTD_DStreamInSize());
  out_.resize(kBlock + 2 * kMaxRecord);
  return {};
}

bool RecordingReader::fill(size_t need, std::string* problem) {
  if (out_end_ - out_at_ >= need) return true;
  memmove(out_.data(), out_.data() + out_at_, out_end_ - out_at_);
  out_end_ -= out_at_;
  out_at_ = 0;
  while (out_end_ < need) {
    if (in_at_ == in_end_) {
      in_end_ = fread(in_.data(), 1, in_.size(), file_);
      in_at_ = 0;
      if (in_end_ == 0) {
        if (out_end_ > 0) *problem = path_ + " breaks off in the middle of a record";
        return false;
      }
    }
    ZSTD_inBuffer in{in_.data(), in_end_, in_at_};
    ZSTD_outBuffer out{out_.data(), out_.size(), out_end_};
    size_t result = ZSTD_decompressStream(static_cast<ZSTD_DCtx*>(stream_), &out, &in);
    if (ZSTD_isError(result)) {
      *problem = path_ + " is damaged: " + ZSTD_getErrorName(result);
      return false;
    }
    in_at_ = in.pos;
    out_end_ = out.pos;
  }
  return true;
}

const sk_event* RecordingReader::next(size_t* length, std::string* problem) {
  if (!fill(sizeof(sk_event), problem)) return nullptr;
  uint32_t size;
  memcpy(&size, out_.data() + out_at_, sizeof(size));
  if (size < sizeof(sk_event) || size > kMaxRecord) {
    *problem = path_ + " is damaged: a record of " + std::to_string(size) + " bytes";
    return nullptr;
  }
  if (!fill(size, problem)) return nullptr;
  // Records are as long as their strings, so the next one may start anywhere; handlers read whole words.
  if (out_at_ % 8 != 0) {
    memmove(out_.data(), out_.data() + out_at_, out_end_ - out_at_);
    out_end_ -= out_at_;
    out_at_ = 0;
  }
  auto* event = reinterpret_cast<const sk_event*>(out_.data() + out_at_);
  out_at_ += size;
  *length = size;
  return event;
}

}  // namespace shrike::sensor
