// SPDX-License-Identifier: GPL-2.0
/*
 * collide THREADS SOCKETS MODULUS: makes THREADS threads whose numbers are equal modulo MODULUS.
 * First each makes a pair of sockets, with a page missing where the descriptors go, which keeps it
 * inside socketpair() until all threads are there. Then each makes SOCKETS sockets with numbers of
 * its own. Prints each creation.
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "creation.h"

#define ATTEMPTS     1000 /* at getting a thread with a certain number */
#define RAW_PROTOCOL 100  /* the first of those that the threads use */

/* What all threads share. */
struct work {
	int threads;
	int sockets;
	char *pages; /* one a thread */
	atomic_bool start;
	pthread_barrier_t all_released;
};

struct thread {
	pthread_t handle;
	struct work *work;
	int number;
	int wanted_tid;
	atomic_int tid;
	struct creation *creations; /* the held one, then the others */
};

static void wait_shortly(void)
{
	const struct timespec millisecond = { .tv_nsec = 1000000 };

	nanosleep(&millisecond, NULL);
}

static void make(struct creation *creation, int thread, int round)
{
	switch ((thread + round) % 4) {
	case 0:
		creation__socket(creation, AF_INET, SOCK_RAW, RAW_PROTOCOL + thread);
		break;
	case 1:
		creation__socket(creation, AF_INET6, SOCK_RAW, RAW_PROTOCOL + thread);
		break;
	case 2:
		creation__socket(creation, AF_UNIX, SOCK_DGRAM, 1000 + thread);
		break;
	default:
		creation__socketpair(creation, AF_UNIX, SOCK_STREAM, 0, NULL);
	}
}

static void *run(void *argument)
{
	struct thread *thread = argument;
	struct work *work = thread->work;
	struct creation *creations = thread->creations;
	int i;

	thread->tid = gettid();
	if (thread->tid != thread->wanted_tid)
		return NULL;
	while (!work->start)
		wait_shortly();
	creation__socketpair(&creations[0], AF_UNIX, SOCK_STREAM, 0,
			     (int *)(work->pages + thread->number * sysconf(_SC_PAGESIZE)));
	pthread_barrier_wait(&work->all_released);
	creation__close(&creations[0]);
	for (i = 1; i <= work->sockets; i++) {
		make(&creations[i], thread->number, i);
		creation__close(&creations[i]);
	}
	return NULL;
}

/* The next task that the kernel makes gets this number, unless another one comes first. */
static void set_next_tid(int tid)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%d", tid - 1);
	int fd = open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, length) != length)
		fail("/proc/sys/kernel/ns_last_pid");
	close(fd);
}

static bool start_with_tid(struct thread *thread, int tid)
{
	thread->wanted_tid = tid;
	thread->tid = 0;
	set_next_tid(tid);
	if (pthread_create(&thread->handle, NULL, run, thread))
		fail("pthread_create");
	while (!thread->tid)
		wait_shortly();
	if (thread->tid == tid)
		return true;
	pthread_join(thread->handle, NULL);
	return false;
}

static void start_threads(struct thread *threads, int number, int modulus)
{
	int tid = gettid() + modulus;
	int attempts = 0, i = 0;

	for (; i < number && attempts < ATTEMPTS; attempts++, tid += modulus)
		i += start_with_tid(&threads[i], tid);
	if (i == number)
		return;
	fprintf(stderr, "cannot make threads with the numbers wanted\n");
	exit(1);
}

/* Makes pages, one a thread, whose first use waits for whoever reads the descriptor returned. */
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

	for (held = 0; held < work->threads; held++) {
		if (read(fd, &message, sizeof(message)) != sizeof(message))
			fail("userfaultfd");
	}
	if (ioctl(fd, UFFDIO_ZEROPAGE, &zero))
		fail("userfaultfd");
}

static void run_threads(struct work *work, struct thread *threads, int modulus)
{
	size_t size = work->threads * sysconf(_SC_PAGESIZE);
	int fd = make_missing_pages(work, size);
	int i;

	if (pthread_barrier_init(&work->all_released, NULL, work->threads))
		fail("pthread_barrier_init");
	start_threads(threads, work->threads, modulus);
	work->start = true;
	release_when_all_held(work, fd, size);
	for (i = 0; i < work->threads; i++)
		pthread_join(threads[i].handle, NULL);
}

int main(int argc, char **argv)
{
	struct work work = { 0 };
	struct creation *creations;
	struct thread *threads;
	int number, i;

	if (argc != 4)
		return 2;
	work.threads = number_argument(argv[1]);
	work.sockets = number_argument(argv[2]);
	number = work.threads * (work.sockets + 1);
	creations = calloc(number, sizeof(*creations));
	threads = calloc(work.threads, sizeof(*threads));
	if (!creations || !threads)
		fail("calloc");
	for (i = 0; i < work.threads; i++) {
		threads[i].work = &work;
		threads[i].number = i;
		threads[i].creations = &creations[i * (work.sockets + 1)];
	}
	run_threads(&work, threads, number_argument(argv[3]));
	for (i = 0; i < number; i++)
		creation__print(&creations[i]);
	free(threads);
	free(creations);
	return 0;
}
