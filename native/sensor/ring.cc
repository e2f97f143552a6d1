#include "ring.h"

#include <cerrno>
#include <sys/mman.h>
#include <unistd.h>

namespace shrike::sensor {

int Ring::open(int map_fd, size_t bytes) {
  size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  consumer_bytes_ = page;
  consumer_map_ = mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_SHARED, map_fd, 0);
  if (consumer_map_ == MAP_FAILED) {
    consumer_map_ = nullptr;
    return -errno;
  }
  // The kernel maps the data twice in a row, so that a record that wraps round is still in one piece.
  producer_bytes_ = page + 2 * bytes;
  producer_map_ = mmap(nullptr, producer_bytes_, PROT_READ, MAP_SHARED, map_fd, static_cast<off_t>(page));
  if (producer_map_ == MAP_FAILED) {
    producer_map_ = nullptr;
    return -errno;
  }
  consumer_ = static_cast<std::atomic<uint64_t>*>(consumer_map_);
  producer_ = static_cast<std::atomic<uint64_t>*>(producer_map_);
  data_ = static_cast<char*>(producer_map_) + page;
  mask_ = bytes - 1;
  return 0;
}

Ring::~Ring() {
  if (consumer_map_) munmap(consumer_map_, consumer_bytes_);
  if (producer_map_) munmap(producer_map_, producer_bytes_);
}

}  // namespace shrike::sensor
