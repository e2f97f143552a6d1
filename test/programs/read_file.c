// SPDX-License-Identifier: Apache-2.0
/* Opens files to read and reads them. */
#include "lib.h"

int main(int argc, char **argv)
{
	char buffer[4096];

	if (argc < 2)
		usage("read_file PATH…");
	for (int i = 1; i < argc; i++) {
		int fd = ACT("open", open(argv[i], O_RDONLY), ",\"path\":%s", js(argv[i]));

		if (fd < 0)
			continue;
		ACT("read", read(fd, buffer, sizeof(buffer)), ",\"path\":%s", js(argv[i]));
		close(fd);
	}
	return 0;
}
