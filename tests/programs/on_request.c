// SPDX-License-Identifier: GPL-2.0
/*
 * on_request: makes sockets when it is told to, by lines on standard input:
 *
 *   socket FAMILY TYPE PROTOCOL        makes a socket and closes it
 *   socketpair FAMILY TYPE PROTOCOL    the same for a pair
 *   thread FAMILY TYPE PROTOCOL        as socket, in the second thread
 *   comm NAME                          renames the first thread
 *
 * Prints its pid and the number of its second thread, then each creation as one line, and {} for
 * what is none. Ends at the end of its input.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "creation.h"

/* The second thread, and the creation that it is to make. */
struct worker {
	pthread_t handle;
	pthread_barrier_t begin;
	pthread_barrier_t done;
	pid_t tid;
	struct creation creation;
};

static void *work(void *argument)
{
	struct worker *worker = argument;
	struct creation *creation = &worker->creation;

	worker->tid = gettid();
	pthread_barrier_wait(&worker->done);
	while (1) {
		pthread_barrier_wait(&worker->begin);
		creation__socket(creation, creation->family, creation->type, creation->protocol);
		creation__close(creation);
		pthread_barrier_wait(&worker->done);
	}
	return NULL;
}

static void start_worker(struct worker *worker)
{
	if (pthread_barrier_init(&worker->begin, NULL, 2) ||
	    pthread_barrier_init(&worker->done, NULL, 2) ||
	    pthread_create(&worker->handle, NULL, work, worker))
		fail("pthread_create");
	pthread_barrier_wait(&worker->done);
}

static void make(struct worker *worker, const char *how, int family, int type, int protocol)
{
	struct creation creation;

	if (!strcmp(how, "thread")) {
		worker->creation.family = family;
		worker->creation.type = type;
		worker->creation.protocol = protocol;
		pthread_barrier_wait(&worker->begin);
		pthread_barrier_wait(&worker->done);
		creation__print(&worker->creation);
		return;
	}
	if (!strcmp(how, "socketpair"))
		creation__socketpair(&creation, family, type, protocol, NULL);
	else
		creation__socket(&creation, family, type, protocol);
	creation__close(&creation);
	creation__print(&creation);
}

int main(void)
{
	struct worker worker = { 0 };
	int family, type, protocol;
	char line[128], word[64];

	setvbuf(stdout, NULL, _IOLBF, 0);
	start_worker(&worker);
	printf("{\"pid\":%d,\"tid\":%d}\n", getpid(), worker.tid);
	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, "comm %63s", word) == 1) {
			prctl(PR_SET_NAME, word);
			puts("{}");
		} else if (sscanf(line, "%63s %d %d %d", word, &family, &type, &protocol) == 4) {
			make(&worker, word, family, type, protocol);
		} else {
			return 2;
		}
	}
	return 0;
}
