// SPDX-License-Identifier: GPL-2.0
/*
 * collide THREADS SOCKETS: starts THREADS threads, each of which makes a pair of sockets, and
 * prints their numbers as one list in JSON. Then reads the numbers of some of them, up to the end
 * of its input. Each of these makes a pair of sockets with a page missing where the descriptors go,
 * which keeps it inside socketpair() until all of them are there, and then SOCKETS sockets with
 * numbers of its own. Prints the creations of the latter, but not the first ones.
 *
 * A 0 behind the numbers keeps them inside for longer: "held" is printed when all of them are
 * there, and they go on at the end of the input.
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "creation.h"

#define RAW_PROTOCOL 100 /* the first of those that the threads use, each its own */
#define RAW_NUMBERS  128 /* of protocols that they use */

/* What all threads share. */
struct work {
	int threads;
	int sockets;
	int held;    /* how many of them are */
	int longer;  /* until the end of the input */
	char *pages; /* one for each of those */
	pthread_barrier_t all_started;
	pthread_barrier_t all_chosen;
	pthread_barrier_t all_released;
};

struct thread {
	pthread_t handle;
	struct work *work;
	pid_t tid;
	int number;		    /* among those that are held, -1 for others */
	struct creation *creations; /* the held one, then the others; NULL for others */
};

static void make(struct creation *creation, int thread, int round)
{
	int protocol = RAW_PROTOCOL + thread % RAW_NUMBERS;

	switch ((thread + round) % 4) {
	case 0:
		creation__socket(creation, AF_INET, SOCK_RAW, protocol);
		break;
	case 1:
		creation__socket(creation, AF_INET6, SOCK_RAW, protocol);
		break;
	case 2:
		creation__socket(creation, AF_UNIX, SOCK_DGRAM, 1000 + thread);
		break;
	default:
		creation__socketpair(creation, AF_UNIX, SOCK_STREAM, 0, NULL);
	}
}

static void make_held(struct thread *thread)
{
	struct work *work = thread->work;
	struct creation *creations = thread->creations;
	int i;

	creation__socketpair(&creations[0], AF_UNIX, SOCK_STREAM, 0,
			     (int *)(work->pages + thread->number * sysconf(_SC_PAGESIZE)));
	pthread_barrier_wait(&work->all_released);
	creation__close(&creations[0]);
	for (i = 1; i <= work->sockets; i++) {
		make(&creations[i], thread->number, i);
		creation__close(&creations[i]);
	}
}

static void *run(void *argument)
{
	struct thread *thread = argument;
	struct creation first;

	thread->tid = gettid();
	creation__socketpair(&first, AF_UNIX, SOCK_STREAM, 0, NULL);
	creation__close(&first);
	pthread_barrier_wait(&thread->work->all_started);
	pthread_barrier_wait(&thread->work->all_chosen);
	if (thread->number >= 0)
		make_held(thread);
	return NULL;
}

/* Each thread that is held has two. */
static void raise_descriptor_limit(void)
{
	const struct rlimit limit = { .rlim_cur = 8192, .rlim_max = 8192 };

	if (setrlimit(RLIMIT_NOFILE, &limit))
		fail("setrlimit");
}

static void start(struct work *work, struct thread *threads)
{
	int i;

	for (i = 0; i < work->threads; i++) {
		threads[i].work = work;
		threads[i].number = -1;
		if (pthread_create(&threads[i].handle, NULL, run, &threads[i]))
			fail("pthread_create");
	}
	pthread_barrier_wait(&work->all_started);
	for (i = 0; i < work->threads; i++)
		printf("%c%d", i ? ',' : '[', threads[i].tid);
	printf("]\n");
	fflush(stdout);
}

static void choose(struct work *work, struct thread *threads, pid_t tid)
{
	int i;

	for (i = 0; i < work->threads && threads[i].tid != tid; i++)
		;
	if (i == work->threads || threads[i].number >= 0) {
		fprintf(stderr, "no thread with the number %d to be chosen\n", tid);
		exit(1);
	}
	threads[i].number = work->held++;
	threads[i].creations = calloc(work->sockets + 1, sizeof(struct creation));
	if (!threads[i].creations)
		fail("calloc");
}

/* Makes the pages, whose first use waits for whoever reads the descriptor returned. */
static int make_missing_pages(struct work *work, size_t size)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register area = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC);

	work->pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	area.range.start = (unsigned long)work->pages;
	area.range.len = size;
	if (fd < 0 || work->pages == MAP_FAILED || ioctl(fd, UFFDIO_API, &api) ||
	    ioctl(fd, UFFDIO_REGISTER, &area))
		fail("userfaultfd");
	return fd;
}

/* Waits until every thread waits for its page, then lets all of them go on. */
static void release_when_all_held(const struct work *work, int fd, size_t size)
{
	struct uffdio_zeropage zero = { .range.start = (unsigned long)work->pages,
					.range.len = size };
	struct uffd_msg message;
	int held;

	for (held = 0; held < work->held; held++) {
		if (read(fd, &message, sizeof(message)) != sizeof(message))
			fail("userfaultfd");
	}
	if (work->longer) {
		printf("held\n");
		fflush(stdout);
		while (getchar() != EOF)
			;
	}
	if (ioctl(fd, UFFDIO_ZEROPAGE, &zero))
		fail("userfaultfd");
}

static void run_held(struct work *work, struct thread *threads)
{
	size_t size = work->held * sysconf(_SC_PAGESIZE);
	int fd = make_missing_pages(work, size);
	int i;

	if (pthread_barrier_init(&work->all_released, NULL, work->held))
		fail("pthread_barrier_init");
	pthread_barrier_wait(&work->all_chosen);
	release_when_all_held(work, fd, size);
	for (i = 0; i < work->threads; i++)
		pthread_join(threads[i].handle, NULL);
}

int main(int argc, char **argv)
{
	struct work work = { 0 };
	struct thread *threads;
	pid_t tid;
	int i, j;

	if (argc != 3)
		return 2;
	work.threads = number_argument(argv[1]);
	work.sockets = number_argument(argv[2]);
	threads = calloc(work.threads, sizeof(*threads));
	if (!threads || pthread_barrier_init(&work.all_started, NULL, work.threads + 1) ||
	    pthread_barrier_init(&work.all_chosen, NULL, work.threads + 1))
		fail("threads");
	raise_descriptor_limit();
	start(&work, threads);
	while (scanf("%d", &tid) == 1 && tid)
		choose(&work, threads, tid);
	work.longer = !feof(stdin);
	if (!work.held)
		return 2;
	run_held(&work, threads);
	for (i = 0; i < work.threads; i++) {
		for (j = 0; threads[i].creations && j <= work.sockets; j++)
			creation__print(&threads[i].creations[j]);
		free(threads[i].creations);
	}
	free(threads);
	return 0;
}
