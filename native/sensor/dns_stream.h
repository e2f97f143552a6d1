// DNS over TCP: messages with two bytes of length before each, out of segments as they pass.
//
// HOW IT WORKS
//
// Packets are seen before TCP has put them in order. A segment that was seen before is left out by its sequence number. One that comes early is
// not waited for: the stream is given up (`gap`), since holding back what may never come has no bound that would be right. A segment is captured
// up to a limit; the message that runs past it is handed out cut, and what follows it is found again by its length.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace shrike::sensor {

class DnsStreams {
 public:
  struct Segment {
    uint64_t stream;         // one direction of one connection
    uint32_t sequence;
    uint32_t length;         // bytes of payload in the packet
    std::string_view data;   // as many of them as were captured
  };

  // Calls `message(std::string_view bytes, bool cut)` for each message that is complete, or as complete as it will get. Returns false when the
  // stream is given up at this segment: a gap, or a length that cannot be. Later segments of it are ignored.
  template <typename Message>
  bool add(const Segment& segment, Message&& message) {
    Stream* stream = place(segment);
    if (!stream) return true;
    if (stream->broken) return false;
    while (next(*stream)) message(std::string_view(stream->message), stream->cut);
    if (!stream->broken) return true;
    forget(*stream);
    return false;
  }
  size_t size() const { return streams_.size(); }
  // Streams forgotten to make room while they held a part of a message.
  uint64_t evicted() const { return evicted_; }

 private:
  static constexpr size_t kStreams = 256, kBytes = 4u << 20;
  struct Stream {
    uint32_t expected = 0;
    uint64_t used = 0;       // when, in segments
    uint32_t missing = 0;    // bytes after `buffer` that were not captured
    uint32_t skip = 0;       // bytes to leave out before the next message
    bool broken = false;
    bool cut = false;
    std::string buffer, message;
  };

  Stream* place(const Segment& segment);
  bool next(Stream& stream);
  void forget(Stream& stream);
  void evict();

  std::unordered_map<uint64_t, Stream> streams_;
  size_t bytes_ = 0;
  uint64_t clock_ = 0, evicted_ = 0;
};

}  // namespace shrike::sensor
