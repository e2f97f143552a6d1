#include "handler.h"

#include "../store/table.h"

namespace shrike::sensor {

EventTable::EventTable(const char* name, std::vector<std::string>& problems)
    : name_(name),
      table_(store::Store::instance().find(name)),
      problems_(problems),
      received_(Counters::instance().get(name, "received")) {
  if (!table_) {
    problems_.push_back(std::string("no table ") + name);
    return;
  }
  exec_id_ = column("exec_id");
  pid_ = column("pid");
  uid_ = column("uid");
  gid_ = column("gid");
  euid_ = column("euid");
  egid_ = column("egid");
  auid_ = column("auid");
  path_ = find("executable") >= 0 ? find("executable") : column("path");
  cmdline_ = column("cmdline");
  parent_ = column("parent");
  parent_path_ = column("parent_path");
  parent_cmdline_ = column("parent_cmdline");
  ancestors_ = column("ancestors");
  cgroup_id_ = column("cgroup_id");
  container_id_ = column("container_id");
  pod_uid_ = column("pod_uid");
}

int EventTable::find(std::string_view name) const {
  const auto& columns = table_->columns();
  for (size_t i = 0; i < columns.size(); i++) {
    if (columns[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

int EventTable::column(const char* name) {
  int index = table_ ? find(name) : -1;
  if (index < 0) problems_.push_back(std::string("table ") + name_ + " has no column " + name);
  return index;
}

store::RowWriter& EventTable::begin(const sk_event& event, Process& process, Context& context, const Image* image) {
  if (!writer_) writer_.emplace(*table_);
  received_.fetch_add(1, std::memory_order_relaxed);
  writer_->begin(context.clock.seconds(event.ktime), static_cast<int64_t>(event.ktime));
  writer_->context(process.context, [&](store::ContextWriter& to) {
    const Image& own = image ? *image : *process.image;
    to.set_text_once(exec_id_, process.exec_id);
    to.set_int(pid_, process.pid);
    to.set_int(uid_, process.uid);
    to.set_int(gid_, process.gid);
    to.set_int(euid_, process.euid);
    to.set_int(egid_, process.egid);
    to.set_int(auid_, process.auid);
    to.set_text(path_, own.path);
    to.set_text(cmdline_, own.cmdline);
    to.set_int(parent_, process.ppid);
    if (const Image* parent = context.tree.parent_image(process)) {
      to.set_text(parent_path_, parent->path);
      to.set_text(parent_cmdline_, parent->cmdline);
    }
    if (process.lineage) to.set_text(ancestors_, process.lineage->paths());
    to.set_int(cgroup_id_, static_cast<int64_t>(process.cgroup_id));
    if (process.cgroup && !process.cgroup->container.container_id.empty()) to.set_text(container_id_, process.cgroup->container.container_id);
    if (process.cgroup && !process.cgroup->container.pod_uid.empty()) to.set_text(pod_uid_, process.cgroup->container.pod_uid);
  });
  return *writer_;
}

void EventTable::commit() { writer_->commit(); }

}  // namespace shrike::sensor
