// The columns of a process that something was done to: target_pid, target_exec_id, target_path.
#pragma once

#include "handler.h"

namespace shrike::sensor {

class TargetColumns {
 public:
  explicit TargetColumns(EventTable& table)
      : pid_(table.column("target_pid")), exec_id_(table.column("target_exec_id")), path_(table.column("target_path")) {}

  // `number` is what the caller gave, shown where the kernel found no such process; 0 leaves it NULL.
  void set(store::RowWriter& row, const sk_target& target, int64_t number, Context& context) const {
    if (target.pid == 0) {
      if (number != 0) row.set_int(pid_, number);
      return;
    }
    row.set_int(pid_, target.pid);
    // A child that was just made has no process record yet only if that was lost.
    Process* process = context.tree.find(target.pid);
    if (!process || process->start != target.start) return;
    row.set_text(exec_id_, process->exec_id);
    row.set_text(path_, process->image->path);
  }

 private:
  int pid_, exec_id_, path_;
};

}  // namespace shrike::sensor
