// SPDX-License-Identifier: GPL-2.0
/* many THREADS SOCKETS: threads that begin at one time make and close that many TCP sockets each.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "creation.h"

struct work {
	pthread_barrier_t start;
	int sockets; /* of each thread */
};

static void *run(void *argument)
{
	struct work *work = argument;
	int i;

	pthread_barrier_wait(&work->start);
	for (i = 0; i < work->sockets; i++) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		if (fd < 0)
			fail("socket");
		close(fd);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	int number = argc > 1 ? number_argument(argv[1]) : 8;
	struct work work = { .sockets = argc > 2 ? number_argument(argv[2]) : 1000 };
	pthread_t *threads = calloc(number, sizeof(*threads));
	int i;

	if (!threads || pthread_barrier_init(&work.start, NULL, number))
		fail("threads");
	for (i = 0; i < number; i++) {
		if (pthread_create(&threads[i], NULL, run, &work))
			fail("pthread_create");
	}
	for (i = 0; i < number; i++)
		pthread_join(threads[i], NULL);
	printf("{\"pid\":%d,\"made\":%lld}\n", getpid(), (long long)number * work.sockets);
	free(threads);
	return 0;
}
