#include "synthetic.h"

#include <optional>

#include "table.h"

namespace shrike::store {
namespace {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ull + 1) {}
  uint32_t below(uint32_t limit) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<uint32_t>((state_ >> 32) * limit >> 32);
  }

 private:
  uint64_t state_;
};

std::string path_of(uint32_t i) {
  static const char* const folders[] = {"/usr/lib/x86_64-linux-gnu", "/usr/share/doc", "/var/lib/dpkg/info", "/home/user/project/src", "/etc", "/tmp"};
  return std::string(folders[i % 6]) + "/part-" + std::to_string(i / 7) + "/file-" + std::to_string(i) + (i % 100 == 42 ? ".needle" : ".so");
}

}  // namespace

int64_t write_synthetic(Table& table, const SyntheticFeed& feed) {
  const std::vector<ColumnSpec>& columns = table.columns();
  std::vector<std::vector<std::string>> texts(columns.size());
  bool first_text = true;
  for (size_t c = 3; c < columns.size(); c++) {
    if (columns[c].width != Width::Text || columns[c].process) continue;
    const uint32_t count = first_text ? feed.texts : 16;
    first_text = false;
    for (uint32_t i = 0; i < count; i++) texts[c].push_back(count == 16 ? "value-" + std::to_string(i) : path_of(i));
  }
  Random random(feed.seed);
  std::optional<RowWriter> writer;
  int64_t eid = 0;
  for (uint64_t i = 0; i < feed.rows; i++) {
    if (i % feed.drain == 0) {
      writer.reset();
      writer.emplace(table);
    }
    writer->begin(feed.time + static_cast<int64_t>(i / 1000), static_cast<int64_t>(i * 1'000'000));
    const uint32_t process = random.below(feed.contexts);
    writer->context((1ull << 62) + process, [&](ContextWriter& context) {
      for (size_t c = 3; c < columns.size(); c++) {
        if (!columns[c].process) continue;
        const int column = static_cast<int>(c);
        if (columns[c].width == Width::Text) context.set_text(column, columns[c].name + "/" + std::to_string(process));
        else context.set_int(column, process);
      }
    });
    for (size_t c = 3; c < columns.size(); c++) {
      if (columns[c].process) continue;
      const int column = static_cast<int>(c);
      switch (columns[c].width) {
        case Width::Text: writer->set_text(column, texts[c][random.below(static_cast<uint32_t>(texts[c].size()))]); break;
        case Width::F64: writer->set_real(column, random.below(1'000'000) * 0.5); break;
        case Width::I8: writer->set_int(column, random.below(100)); break;
        default: writer->set_int(column, random.below(10'000)); break;
      }
    }
    eid = writer->commit();
  }
  return eid;
}

}  // namespace shrike::store
