// SPDX-License-Identifier: GPL-2.0
/* The command line is parsed, the verb runs, its status is the tool's. */
#include <fcntl.h>
#include <unistd.h>

#include "kernel/shortage.h"
#include "options/parse.h"
#include "verbs/verbs.h"

/*
 * Where one of the standard descriptors is closed, the next file opened would become it, and be
 * read or written for it. One that only gives an error takes its place.
 */
static void guard_standard_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

/* Not inlined, so that a stack that is too small is found before this one's frame is used. */
static int __attribute__((noinline)) run(int argc, char **argv)
{
	struct options options;
	int status;

	switch (options__parse(&options, argc, argv)) {
	case OPTIONS_RUN:
		status = verbs__run(&options);
		break;
	case OPTIONS_DONE:
		status = 0;
		break;
	case OPTIONS_USAGE:
		status = 2;
		break;
	default:
		status = 1;
	}
	options__free(&options);
	return status;
}

int main(int argc, char **argv)
{
	guard_standard_descriptors();
	return shortage__check_stack() ? run(argc, argv) : 1;
}
