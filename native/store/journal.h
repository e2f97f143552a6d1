// The rows of a chunk that is still open, on disk within a second.
//
// HOW IT WORKS
//
// One file per open chunk, "<first eid>.journal", only ever appended to; it is deleted when the chunk has become a segment. It begins like a
// segment ("SHRKJNL\n", version, size and CRC-32 of a header with the columns), then blocks: size, CRC-32, zstd-compressed rows. A block has first the
// contexts that are new since the last one, then the rows, column by column only where a value is not NULL. A torn block at the end is what
// a crash leaves, and is not read.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "chunk.h"

namespace shrike::store {

class Journal {
 public:
  // Creates the file. error() tells whether that worked.
  Journal(std::string path, const std::string& table, const std::vector<ColumnSpec>& columns);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // Appends the rows of `chunk` that are not in it yet. Returns an error, or the empty string; after an error the file ends where it did.
  std::string append(const ChunkView& chunk);
  // On the disk itself, not only with the kernel.
  void sync();
  void remove();
  const std::string& error() const { return error_; }
  uint64_t bytes() const { return size_; }

 private:
  std::string write(const std::string& bytes);

  const std::string path_;
  const std::vector<ColumnSpec>& columns_;
  int fd_ = -1;
  uint32_t rows_ = 0, contexts_ = 1;
  uint64_t size_ = 0;
  std::string error_;
};

struct JournalContents {
  std::shared_ptr<Chunk> chunk;  // null when there was no row
  bool torn = false;             // the last block was not whole
  std::string problem;           // why nothing could be read
};

// Reads a journal back into a chunk of the table's present layout.
JournalContents read_journal(const std::string& path, const std::string& table, const Layout& layout);

}  // namespace shrike::store
