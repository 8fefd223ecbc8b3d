// SPDX-License-Identifier: GPL-2.0
/*
 * accept kinds: accepts connections of several kinds, and fails in every way; prints each creation.
 *	What is none, as with no connection there, is not printed.
 * accept waiting: accepts connections that come while it waits; prints, before each creation, the
 *	least time in ns that it must have waited.
 * accept threads THREADS SOCKETS: so many threads wait, meanwhile so many sockets are made, then
 *	each thread gets a connection; prints each creation.
 * accept forever THREADS: prints its pid once so many threads wait, and lets them.
 *
 * It accepts by accept() and accept4(), of which some architectures' libraries have only one.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "creation.h"

#define DELAY_NS 30000000LL
#define NO_FLAG	 0x100

static const struct kind {
	int family, type;
} kinds[] = {
	{ AF_INET, SOCK_STREAM },
	{ AF_INET6, SOCK_STREAM },
	{ AF_UNIX, SOCK_STREAM },
	{ AF_UNIX, SOCK_SEQPACKET },
};
#define NR_KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* A listening socket, and what connects to it. */
struct listener {
	int fd;
	int family, type;
	struct sockaddr_storage address;
	socklen_t size;
};

/* An address that the kernel completes: a port, or a name of its own for a unix socket. */
static void listen_anywhere(struct listener *listener, const struct kind *kind)
{
	struct sockaddr_in6 any6 = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct sockaddr_in any = { .sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_un unnamed = { .sun_family = AF_UNIX };
	const struct sockaddr *address = (const struct sockaddr *)&any;
	socklen_t size = sizeof(any);

	if (kind->family == AF_INET6) {
		address = (const struct sockaddr *)&any6;
		size = sizeof(any6);
	} else if (kind->family == AF_UNIX) {
		address = (const struct sockaddr *)&unnamed;
		size = sizeof(unnamed.sun_family);
	}
	listener->family = kind->family;
	listener->type = kind->type;
	listener->fd = socket(kind->family, kind->type, 0);
	listener->size = sizeof(listener->address);
	if (listener->fd < 0 || bind(listener->fd, address, size) || listen(listener->fd, 4096) ||
	    getsockname(listener->fd, (struct sockaddr *)&listener->address, &listener->size))
		fail("listen");
}

static int connect_to(const struct listener *listener)
{
	int fd = socket(listener->family, listener->type, 0);

	if (fd < 0 || connect(fd, (const struct sockaddr *)&listener->address, listener->size))
		fail("connect");
	return fd;
}

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_BOOTTIME, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/*
 * The same, and waits until accept() would find the connection: what the listener's side still has
 * to do for it may be done in a softirq after connect() has returned.
 */
static int connect_and_settle(const struct listener *listener)
{
	struct pollfd ready = { .fd = listener->fd, .events = POLLIN };
	int fd = connect_to(listener);

	if (poll(&ready, 1, -1) != 1)
		fail("poll");
	return fd;
}

static void print_and_close(const struct creation *creation)
{
	creation__print(creation);
	creation__close(creation);
}

/* The connection is there before it is accepted. */
static void accept_kinds(void)
{
	static const int flags[] = { 0, SOCK_CLOEXEC, SOCK_NONBLOCK, SOCK_CLOEXEC | SOCK_NONBLOCK };
	struct creation creation;
	struct listener listener;
	size_t i, j;
	int fd;

	for (i = 0; i < NR_KINDS; i++) {
		listen_anywhere(&listener, &kinds[i]);
		fd = connect_and_settle(&listener);
		creation__accept(&creation, listener.fd);
		print_and_close(&creation);
		close(fd);
		for (j = 0; j < sizeof(flags) / sizeof(flags[0]); j++) {
			fd = connect_and_settle(&listener);
			creation__accept4(&creation, listener.fd, flags[j]);
			print_and_close(&creation);
			close(fd);
		}
		close(listener.fd);
	}
}

static void expect_none(int fd, int error)
{
	struct creation creation;

	creation__accept4(&creation, fd, SOCK_CLOEXEC);
	if (creation.ret != -error) {
		fprintf(stderr, "accept4() returned %d instead of -%d\n", creation.ret, error);
		exit(1);
	}
}

static void ignore(int number)
{
	(void)number;
}

static void set_handler(int flags)
{
	struct sigaction action = { .sa_handler = ignore, .sa_flags = flags };

	if (sigaction(SIGUSR1, &action, NULL))
		fail("sigaction");
}

/* Sends a signal to the thread that this is told of, once it waits. */
static void *interrupt(void *argument)
{
	pid_t *tid = argument;

	wait_until_asleep(*tid);
	if (tgkill(getpid(), *tid, SIGUSR1))
		fail("tgkill");
	return NULL;
}

/* There is no connection: the call ends without one, and asks for none. */
static void accept_nothing(void)
{
	struct timeval timeout = { .tv_usec = 1000 };
	pid_t tid = gettid();
	struct listener listener;
	pthread_t thread;
	size_t i;

	set_handler(0);
	for (i = 0; i < NR_KINDS; i++) {
		listen_anywhere(&listener, &kinds[i]);
		if (pthread_create(&thread, NULL, interrupt, &tid))
			fail("pthread_create");
		expect_none(listener.fd, EINTR);
		pthread_join(thread, NULL);
		if (setsockopt(listener.fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)))
			fail("setsockopt");
		expect_none(listener.fd, EAGAIN);
		if (fcntl(listener.fd, F_SETFL, O_NONBLOCK))
			fail("fcntl");
		expect_none(listener.fd, EAGAIN);
		close(listener.fd);
	}
}

static void fail_to_accept(int fd, int flags)
{
	struct creation creation;

	creation__accept4(&creation, fd, flags);
	creation__print(&creation);
	close(fd);
}

static void accept_badly(void)
{
	struct creation creation;
	struct listener listener;

	listen_anywhere(&listener, &kinds[0]);
	allow_descriptors(false);
	creation__accept(&creation, listener.fd);
	allow_descriptors(true);
	creation__print(&creation);
	creation__accept4(&creation, listener.fd, NO_FLAG | SOCK_RDM);
	creation__print(&creation);
	fail_to_accept(listener.fd, NO_FLAG);
	fail_to_accept(-1, 0);
	fail_to_accept(open("/dev/null", O_PATH), 0);
	fail_to_accept(open("/dev/null", O_RDONLY), SOCK_CLOEXEC);
	fail_to_accept(socket(AF_INET, SOCK_STREAM, 0), 0);
	fail_to_accept(socket(AF_INET, SOCK_DGRAM, 0), SOCK_NONBLOCK);
	fail_to_accept(socket(AF_UNIX, SOCK_STREAM, 0), 0);
	fail_to_accept(socket(AF_UNIX, SOCK_DGRAM, 0), 0);
}

/* What connects while another thread waits. */
struct caller {
	const struct listener *listener;
	pid_t tid;	    /* who waits */
	bool interrupts;    /* it first, with a signal after which the call is made again */
	long long waits_ns; /* from when it was seen to wait to before the connection */
	int fd;
};

static void *call(void *argument)
{
	struct caller *caller = argument;
	long long began;

	if (caller->interrupts)
		interrupt(&caller->tid);
	wait_until_asleep(caller->tid);
	began = now();
	while (now() < began + DELAY_NS)
		usleep(1000);
	caller->waits_ns = now() - began;
	caller->fd = connect_to(caller->listener);
	return NULL;
}

static void accept_when_called(const struct kind *kind, bool interrupted)
{
	struct listener listener;
	struct caller caller = { .listener = &listener,
				 .tid = gettid(),
				 .interrupts = interrupted };
	struct creation creation;
	pthread_t thread;

	set_handler(SA_RESTART);
	listen_anywhere(&listener, kind);
	if (pthread_create(&thread, NULL, call, &caller))
		fail("pthread_create");
	creation__accept(&creation, listener.fd);
	pthread_join(thread, NULL);
	/* What the call waited before the signal is not in that which it made again. */
	printf("{\"waits_ns\":%lld}\n", interrupted ? 0 : caller.waits_ns);
	print_and_close(&creation);
	close(caller.fd);
	close(listener.fd);
}

struct waiter {
	pthread_t thread;
	_Atomic pid_t tid; /* once it is about to wait */
	const struct listener *listener;
	struct creation creation;
};

static void *wait_for_connection(void *argument)
{
	struct waiter *waiter = argument;

	waiter->tid = gettid();
	creation__accept(&waiter->creation, waiter->listener->fd);
	creation__close(&waiter->creation);
	return NULL;
}

/* Returns when all of them wait. */
static struct waiter *start_waiters(const struct listener *listener, int number)
{
	struct waiter *waiters = calloc(number, sizeof(*waiters));
	long least = sysconf(_SC_THREAD_STACK_MIN); /* 128 KiB on arm64 */
	pthread_attr_t attributes;
	int i;

	if (!waiters || pthread_attr_init(&attributes) ||
	    pthread_attr_setstacksize(&attributes, least > 65536 ? least : 65536))
		fail("threads");
	for (i = 0; i < number; i++) {
		waiters[i].listener = listener;
		if (pthread_create(&waiters[i].thread, &attributes, wait_for_connection,
				   &waiters[i]))
			fail("pthread_create");
	}
	for (i = 0; i < number; i++) {
		while (!waiters[i].tid)
			usleep(1000);
		wait_until_asleep(waiters[i].tid);
	}
	return waiters;
}

static void accept_in_threads(int number, int sockets)
{
	struct listener listener;
	struct creation creation;
	struct waiter *waiters;
	int i;

	listen_anywhere(&listener, &kinds[2]);
	waiters = start_waiters(&listener, number);
	for (i = 0; i < sockets; i++) {
		creation__socket(&creation, AF_INET, SOCK_DGRAM, 0);
		print_and_close(&creation);
	}
	/* These are creations as well. */
	for (i = 0; i < number; i++) {
		creation__socket(&creation, AF_UNIX, SOCK_STREAM, 0);
		if (connect(creation.fds[0], (struct sockaddr *)&listener.address, listener.size))
			fail("connect");
		print_and_close(&creation);
	}
	for (i = 0; i < number; i++) {
		pthread_join(waiters[i].thread, NULL);
		creation__print(&waiters[i].creation);
	}
	free(waiters);
}

static void wait_forever(int number)
{
	struct listener listener;

	listen_anywhere(&listener, &kinds[2]);
	start_waiters(&listener, number);
	printf("{\"pid\":%d}\n", getpid());
	fflush(stdout);
	pause();
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	size_t i;

	if (!strcmp(what, "kinds")) {
		accept_kinds();
		accept_nothing();
		accept_badly();
	} else if (!strcmp(what, "waiting")) {
		for (i = 0; i < NR_KINDS; i++) {
			accept_when_called(&kinds[i], false);
			accept_when_called(&kinds[i], true);
		}
	} else if (!strcmp(what, "threads") && argc == 4) {
		accept_in_threads(number_argument(argv[2]), number_argument(argv[3]));
	} else if (!strcmp(what, "forever") && argc == 3) {
		wait_forever(number_argument(argv[2]));
	} else {
		fputs("see the beginning of accept.c\n", stderr);
		return 2;
	}
	return 0;
}
