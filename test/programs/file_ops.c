// SPDX-License-Identifier: Apache-2.0
/* Changes files in FOLDER in every way there is. Acts are named as the operation; `path` is what was acted on, `target` the other name. */
#include "lib.h"
#include <linux/fs.h>
#include <linux/openat2.h>
#include <sys/xattr.h>

static char folder[4096];

static const char *at(const char *name)
{
	static char paths[8][8192];
	static unsigned turn;
	char *path = paths[turn++ % 8];

	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

/* Makes sure there is a file to act on; its own create is an event as well. */
static const char *file(const char *name)
{
	const char *path = at(name);
	int fd = MUST(open(path, O_CREAT | O_WRONLY, 0644));

	close(fd);
	return path;
}

#define ON(path) ",\"path\":%s", js(path)
#define ONTO(path, target) ",\"path\":%s,\"target\":%s", js(path), js(target)

static void do_create(void) { close(ACT("create", open(at("created"), O_CREAT | O_EXCL | O_WRONLY, 0640), ON(at("created")))); }
static void do_open_write(void) { close(ACT("open_write", open(file("written"), O_WRONLY), ON(at("written")))); }
static void do_open_append(void) { close(ACT("open_append", open(file("appended"), O_WRONLY | O_APPEND), ON(at("appended")))); }
static void do_open_truncate(void) { close(ACT("open_truncate", open(file("emptied"), O_WRONLY | O_TRUNC), ON(at("emptied")))); }
static void do_open_read(void) { close(ACT("open_read", open(file("only-read"), O_RDONLY), ON(at("only-read")))); }
static void do_open_denied(void) { ACT("open_missing", open(at("missing"), O_WRONLY), ON(at("missing"))); }

static void do_openat2(void)
{
	struct open_how how = { .flags = O_CREAT | O_WRONLY, .mode = 0600 };

	close(ACT("openat2", syscall(SYS_openat2, AT_FDCWD, at("by-openat2"), &how, sizeof(how)), ON(at("by-openat2"))));
}

static void do_relative(void)
{
	int dir = MUST(open(folder, O_RDONLY | O_DIRECTORY));

	MUST(mkdir(at("sub"), 0755) < 0 && errno != EEXIST ? -1 : 0);
	close(ACT("relative", openat(dir, "sub/../relative", O_CREAT | O_WRONLY, 0644), ON(at("relative"))));
	close(dir);
}

static void do_rename(void) { ACT("rename", rename(file("old-name"), at("new-name")), ONTO(at("old-name"), at("new-name"))); }
static void do_rename_over(void) { ACT("rename_over", rename(file("over-from"), file("over-to")), ONTO(at("over-from"), at("over-to"))); }

static void do_exchange(void)
{
	ACT("exchange", syscall(SYS_renameat2, AT_FDCWD, file("left"), AT_FDCWD, file("right"), RENAME_EXCHANGE), ONTO(at("left"), at("right")));
}

static void do_unlink(void) { ACT("unlink", unlink(file("unlinked")), ON(at("unlinked"))); }
static void do_unlink_missing(void) { ACT("unlink_missing", unlink(at("never-there")), ON(at("never-there"))); }
static void do_link(void) { ACT("link", link(file("linked"), at("second-name")), ONTO(at("linked"), at("second-name"))); }
static void do_symlink(void) { ACT("symlink", symlink("/etc/hostname", at("soft")), ONTO(at("soft"), "/etc/hostname")); }
static void do_chmod(void) { ACT("chmod", chmod(file("mode"), 04755), ON(at("mode"))); }

static void do_fchmod(void)
{
	int fd = MUST(open(file("fmode"), O_RDONLY));

	ACT("fchmod", fchmod(fd, 0700), ON(at("fmode")));
	close(fd);
}

static void do_fchmodat(void) { ACT("fchmodat", fchmodat(AT_FDCWD, file("mode-at"), 0711, 0), ON(at("mode-at"))); }
static void do_chown(void) { ACT("chown", chown(file("owner"), 1000, 1001), ON(at("owner"))); }
static void do_truncate(void) { ACT("truncate", truncate(file("shortened"), 10), ON(at("shortened"))); }

static void do_ftruncate(void)
{
	int fd = MUST(open(file("fshortened"), O_WRONLY));

	ACT("ftruncate", ftruncate(fd, 20), ON(at("fshortened")));
	close(fd);
}

static void do_mkdir(void) { ACT("mkdir", mkdir(at("folder"), 0750), ON(at("folder"))); }

static void do_rmdir(void)
{
	MUST(mkdir(at("folder-gone"), 0750));
	ACT("rmdir", rmdir(at("folder-gone")), ON(at("folder-gone")));
}

static void do_setxattr(void) { ACT("setxattr", setxattr(file("attributes"), "trusted.shrike", "1", 1, 0), ON(at("attributes"))); }

static void do_removexattr(void)
{
	MUST(setxattr(file("attributes-gone"), "trusted.shrike", "1", 1, 0));
	ACT("removexattr", removexattr(at("attributes-gone"), "trusted.shrike"), ON(at("attributes-gone")));
}

static void do_mknod(void) { ACT("mknod", mknod(at("pipe"), S_IFIFO | 0600, 0), ON(at("pipe"))); }
static void do_tmpfile(void) { close(ACT("tmpfile", open(folder, O_TMPFILE | O_WRONLY, 0600), ON(folder))); }

static const struct {
	const char *name;
	void (*run)(void);
} operations[] = {
	{ "create", do_create }, { "open_write", do_open_write }, { "open_append", do_open_append }, { "open_truncate", do_open_truncate },
	{ "open_read", do_open_read }, { "open_missing", do_open_denied }, { "openat2", do_openat2 }, { "relative", do_relative },
	{ "rename", do_rename }, { "rename_over", do_rename_over }, { "exchange", do_exchange }, { "unlink", do_unlink },
	{ "unlink_missing", do_unlink_missing }, { "link", do_link }, { "symlink", do_symlink }, { "chmod", do_chmod }, { "fchmod", do_fchmod },
	{ "fchmodat", do_fchmodat }, { "chown", do_chown }, { "truncate", do_truncate }, { "ftruncate", do_ftruncate }, { "mkdir", do_mkdir },
	{ "rmdir", do_rmdir }, { "setxattr", do_setxattr }, { "removexattr", do_removexattr }, { "mknod", do_mknod }, { "tmpfile", do_tmpfile },
};

int main(int argc, char **argv)
{
	int done = 0;

	if (argc < 2 || !realpath(argv[1], folder))
		usage("file_ops FOLDER [OPERATION]");
	for (size_t i = 0; i < sizeof(operations) / sizeof(*operations); i++) {
		if (argc > 2 && strcmp(argv[2], operations[i].name))
			continue;
		operations[i].run();
		done++;
	}
	if (!done)
		usage("file_ops FOLDER [OPERATION]");
	return 0;
}
