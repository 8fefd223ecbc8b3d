// SPDX-License-Identifier: GPL-2.0
/*
 * loop NUMBER [THREADS]: makes and closes TCP sockets, one after the other, as fast as it can;
 * NUMBER of them in each of THREADS threads.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "creation.h"

static void *make_sockets(void *argument)
{
	const int *number = argument;
	int i;

	for (i = 0; i < *number; i++) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		if (fd < 0)
			fail("socket");
		close(fd);
	}
	return NULL;
}

static void make_in_threads(int *number, int threads)
{
	pthread_t *handles = calloc(threads, sizeof(*handles));
	int i;

	if (!handles)
		fail("calloc");
	for (i = 0; i < threads; i++) {
		if (pthread_create(&handles[i], NULL, make_sockets, number))
			fail("pthread_create");
	}
	for (i = 0; i < threads; i++)
		pthread_join(handles[i], NULL);
	free(handles);
}

int main(int argc, char **argv)
{
	int number = argc > 1 ? number_argument(argv[1]) : 1000;
	int threads = argc > 2 ? number_argument(argv[2]) : 1;

	if (threads > 1)
		make_in_threads(&number, threads);
	else
		make_sockets(&number);
	printf("{\"pid\":%d,\"made\":%d}\n", getpid(), number * threads);
	return 0;
}
