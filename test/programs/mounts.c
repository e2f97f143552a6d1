// SPDX-License-Identifier: Apache-2.0
/*
 * Mounts, in a mount namespace of its own so that nothing stays behind: mounts MODE FOLDER, where MODE is tmpfs (mount and umount), bind,
 * remount, move, fails, new-api (fsopen, fsmount, move_mount), open-tree (a detached copy, attached by move_mount), pivot-root or chroot.
 */
#include "lib.h"
#include <sched.h>
#include <sys/mount.h>

#ifndef SYS_open_tree
#define SYS_open_tree 428
#define SYS_move_mount 429
#define SYS_fsopen 430
#define SYS_fsconfig 431
#define SYS_fsmount 432
#endif
#define OPEN_TREE_CLONE_ 1
#define MOVE_MOUNT_F_EMPTY_PATH_ 4
#define FSCONFIG_CMD_CREATE_ 6

static char real[3000];

static char *at(const char *name)
{
	static char paths[4][4096];
	static unsigned turn;
	char *path = paths[turn++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", real, name);
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		MUST(-1);
	return path;
}

#define ON(source, target) ",\"source\":%s,\"path\":%s", js(source), js(target)

int main(int argc, char **argv)
{
	if (argc < 3 || !realpath(argv[2], real))
		usage("mounts MODE FOLDER");
	const char *mode = argv[1], *one = at("one"), *two = at("two");

	MUST(unshare(CLONE_NEWNS));
	MUST(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	if (!strcmp(mode, "tmpfs")) {
		ACT("mount", mount("shrike-tmpfs", one, "tmpfs", MS_NOSUID | MS_NODEV, "size=64k"), ON("shrike-tmpfs", one));
		ACT("umount", umount2(one, MNT_DETACH), ON("", one));
	} else if (!strcmp(mode, "bind")) {
		ACT("bind", mount(one, two, NULL, MS_BIND, NULL), ON(one, two));
	} else if (!strcmp(mode, "remount")) {
		MUST(mount("shrike-tmpfs", one, "tmpfs", 0, NULL));
		ACT("remount", mount("none", one, NULL, MS_REMOUNT | MS_RDONLY, NULL), ON("none", one));
	} else if (!strcmp(mode, "move")) {
		MUST(mount("shrike-tmpfs", one, "tmpfs", 0, NULL));
		ACT("move", mount(one, two, NULL, MS_MOVE, NULL), ON(one, two));
	} else if (!strcmp(mode, "fails")) {
		ACT("mount", mount("nothing", one, "no-such-filesystem", 0, NULL), ON("nothing", one));
	} else if (!strcmp(mode, "new-api")) {
		int fs = MUST(syscall(SYS_fsopen, "tmpfs", 0));

		MUST(syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE_, NULL, NULL, 0));
		int fd = ACT("fsmount", syscall(SYS_fsmount, fs, 0, 0), ON("tmpfs", ""));

		ACT("move_mount", syscall(SYS_move_mount, fd, "", AT_FDCWD, two, MOVE_MOUNT_F_EMPTY_PATH_), ON("tmpfs", two));
	} else if (!strcmp(mode, "open-tree")) {
		MUST(mount("shrike-tmpfs", one, "tmpfs", 0, NULL));
		int fd = ACT("open_tree", syscall(SYS_open_tree, AT_FDCWD, one, OPEN_TREE_CLONE_), ON(one, ""));

		ACT("move_mount", syscall(SYS_move_mount, fd, "", AT_FDCWD, two, MOVE_MOUNT_F_EMPTY_PATH_), ON(one, two));
	} else if (!strcmp(mode, "pivot-root")) {
		MUST(mount("shrike-tmpfs", one, "tmpfs", 0, NULL));
		const char *old = at("one/old");

		ACT("pivot_root", syscall(SYS_pivot_root, one, old), ON(old, one));
	} else if (!strcmp(mode, "chroot")) {
		ACT("chroot", chroot(one), ON("", one));
	} else {
		usage("mounts MODE FOLDER");
	}
	return 0;
}
