// SPDX-License-Identifier: GPL-2.0
/* loop NUMBER: makes and closes TCP sockets, one after the other, as fast as it can. */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "creation.h"

int main(int argc, char **argv)
{
	int number = argc > 1 ? number_argument(argv[1]) : 1000;
	int i;

	for (i = 0; i < number; i++) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		if (fd < 0)
			fail("socket");
		close(fd);
	}
	printf("{\"pid\":%d,\"made\":%d}\n", getpid(), number);
	return 0;
}
