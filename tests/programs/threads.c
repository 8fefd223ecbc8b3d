// SPDX-License-Identifier: GPL-2.0
/*
 * threads THREADS SOCKETS [PROCESSES]: in each of PROCESSES processes, THREADS threads start at one
 * time and make SOCKETS sockets each. Prints each creation.
 */
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "creation.h"

struct thread {
	pthread_t handle;
	int number;
	int sockets;
	pthread_barrier_t *start;
	struct creation *creations;
};

/* What a thread makes: of several kinds, and with numbers of its own where the kernel lets it. */
static void make(struct creation *creation, int thread, int round)
{
	int protocol = 64 + thread % 128;

	switch ((thread + round) % 5) {
	case 0:
		creation__socket(creation, AF_INET, SOCK_RAW, protocol);
		break;
	case 1:
		creation__socket(creation, AF_INET6, SOCK_RAW | SOCK_CLOEXEC, protocol);
		break;
	case 2:
		creation__socket(creation, AF_INET, SOCK_STREAM, 0);
		break;
	case 3:
		creation__socketpair(creation, AF_UNIX, SOCK_STREAM, 0, NULL);
		break;
	default:
		creation__socket(creation, 1000 + thread, SOCK_DGRAM, round);
	}
}

static void *run(void *argument)
{
	struct thread *thread = argument;
	int i;

	pthread_barrier_wait(thread->start);
	for (i = 0; i < thread->sockets; i++) {
		make(&thread->creations[i], thread->number, i);
		creation__close(&thread->creations[i]);
	}
	return NULL;
}

static void run_threads(int number, int sockets)
{
	struct creation *creations = calloc((size_t)number * sockets, sizeof(*creations));
	struct thread *threads = calloc(number, sizeof(*threads));
	pthread_barrier_t start;
	int i;

	if (!creations || !threads || pthread_barrier_init(&start, NULL, number))
		fail("threads");
	for (i = 0; i < number; i++) {
		threads[i] = (struct thread){ .number = i,
					      .sockets = sockets,
					      .start = &start,
					      .creations = &creations[i * sockets] };
		if (pthread_create(&threads[i].handle, NULL, run, &threads[i]))
			fail("pthread_create");
	}
	for (i = 0; i < number; i++)
		pthread_join(threads[i].handle, NULL);
	for (i = 0; i < number * sockets; i++)
		creation__print(&creations[i]);
	free(threads);
	free(creations);
}

int main(int argc, char **argv)
{
	int threads = argc > 1 ? number_argument(argv[1]) : 4;
	int sockets = argc > 2 ? number_argument(argv[2]) : 10;
	int processes = argc > 3 ? number_argument(argv[3]) : 1;
	int i, status, result = 0;

	/* A child's lines reach a pipe whole: they are all written when it ends, or by lines. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (i = 1; i < processes; i++) {
		pid_t pid = fork();

		if (pid < 0)
			fail("fork");
		if (!pid) {
			run_threads(threads, sockets);
			return 0;
		}
	}
	run_threads(threads, sockets);
	while (wait(&status) > 0)
		result |= status != 0;
	return result;
}
