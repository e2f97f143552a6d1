#include "dns_stream.h"

#include <algorithm>

namespace shrike::sensor {
namespace {

constexpr size_t kShortest = 12;  // a header and nothing else

}  // namespace

// Finds the segment's stream and puts what is new in it at the end of the buffer. Null when there is nothing to do.
DnsStreams::Stream* DnsStreams::place(const Segment& segment) {
  auto [found, made] = streams_.try_emplace(segment.stream);
  Stream& stream = found->second;
  stream.used = ++clock_;
  if (made && streams_.size() > kStreams) evict();
  if (stream.broken) return nullptr;
  if (made) stream.expected = segment.sequence;
  auto ahead = static_cast<int32_t>(segment.sequence - stream.expected);
  if (ahead > 0) {
    stream.broken = true;
    forget(stream);
    return &stream;
  }
  auto seen = static_cast<uint32_t>(-ahead);
  if (seen >= segment.length) return nullptr;
  stream.expected = segment.sequence + segment.length;
  std::string_view data = segment.data;
  uint32_t missing = segment.length - static_cast<uint32_t>(data.size());
  if (seen > data.size()) {
    missing -= seen - static_cast<uint32_t>(data.size());
    data = {};
  } else {
    data.remove_prefix(seen);
  }
  if (stream.skip) {
    uint32_t left_out = std::min<uint32_t>(stream.skip, static_cast<uint32_t>(data.size()));
    data.remove_prefix(left_out);
    stream.skip -= left_out;
    left_out = std::min(stream.skip, missing);
    missing -= left_out;
    stream.skip -= left_out;
  }
  stream.buffer.append(data);
  stream.missing = missing;
  bytes_ += data.size();
  if (bytes_ > kBytes) evict();
  return streams_.contains(segment.stream) ? &stream : nullptr;
}

// Takes the next message out of the buffer. False when there is none yet, or the stream broke.
bool DnsStreams::next(Stream& stream) {
  if (stream.broken) return false;
  std::string& buffer = stream.buffer;
  if (buffer.size() < 2) {
    // Where the next message begins was in what was not captured.
    if (stream.missing) stream.broken = true;
    return false;
  }
  size_t length = static_cast<size_t>(static_cast<uint8_t>(buffer[0])) << 8 | static_cast<uint8_t>(buffer[1]);
  if (length < kShortest) {
    stream.broken = true;
    return false;
  }
  size_t have = std::min(buffer.size() - 2, length);
  stream.cut = have < length;
  if (stream.cut && !stream.missing) return false;
  stream.message.assign(buffer, 2, have);
  buffer.erase(0, 2 + have);
  bytes_ -= 2 + have;
  if (stream.cut) {
    uint32_t rest = static_cast<uint32_t>(length - have);
    if (rest < stream.missing) {
      // The message ends within what was not captured, and so begins the next.
      stream.missing -= rest;
    } else {
      stream.skip = rest - stream.missing;
      stream.missing = 0;
    }
  }
  return true;
}

void DnsStreams::forget(Stream& stream) {
  bytes_ -= stream.buffer.size();
  std::string().swap(stream.buffer);
  std::string().swap(stream.message);
}

// The stream that has been quiet for longest goes.
void DnsStreams::evict() {
  auto oldest = streams_.end();
  for (auto it = streams_.begin(); it != streams_.end(); ++it) {
    if (it->second.used != clock_ && (oldest == streams_.end() || it->second.used < oldest->second.used)) oldest = it;
  }
  if (oldest == streams_.end()) oldest = streams_.begin();
  if (!oldest->second.buffer.empty()) evicted_++;
  bytes_ -= oldest->second.buffer.size();
  streams_.erase(oldest);
}

}  // namespace shrike::sensor
