// SPDX-License-Identifier: GPL-2.0
/*
 * softirq CONNECTIONS: on one processor, one process makes and closes TCP sockets in a loop, while
 * another makes TCP connections over the loopback device, until that has made CONNECTIONS. Where
 * the device delays packets, their receipt interrupts the first process at any place. Prints the
 * process ids and how many sockets were made for what.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "creation.h"

#define CONNECTORS 16 /* connections under way at a time */

struct work {
	int connections;
	int listener;
	atomic_int made;
	struct sockaddr_in address;
};

static void *accept_forever(void *argument)
{
	const struct work *work = argument;

	while (1) {
		int fd = accept(work->listener, NULL, NULL);

		if (fd < 0)
			fail("accept");
		close(fd);
	}
	return NULL;
}

/* Closes with a reset, so that the port is free again at once. */
static void connect_once(struct work *work)
{
	const struct linger no_linger = { .l_onoff = 1 };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_LINGER, &no_linger, sizeof(no_linger)) ||
	    connect(fd, (struct sockaddr *)&work->address, sizeof(work->address)))
		fail("connect");
	close(fd);
}

static void *connect_often(void *argument)
{
	struct work *work = argument;

	while (atomic_fetch_add(&work->made, 1) < work->connections)
		connect_once(work);
	return NULL;
}

static int listen_on_loopback(struct sockaddr_in *address)
{
	socklen_t size = sizeof(*address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address->sin_family = AF_INET;
	address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)address, size) || listen(fd, 4 * CONNECTORS) ||
	    getsockname(fd, (struct sockaddr *)address, &size))
		fail("listen");
	return fd;
}

static int make_connections(struct work *work)
{
	pthread_t acceptor, connectors[CONNECTORS];
	int i;

	work->listener = listen_on_loopback(&work->address);
	if (pthread_create(&acceptor, NULL, accept_forever, work))
		fail("pthread_create");
	for (i = 0; i < CONNECTORS; i++) {
		if (pthread_create(&connectors[i], NULL, connect_often, work))
			fail("pthread_create");
	}
	for (i = 0; i < CONNECTORS; i++)
		pthread_join(connectors[i], NULL);
	return 0;
}

static int make_sockets(const struct work *work)
{
	int sockets = 0;

	while (work->made < work->connections) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		if (fd < 0)
			fail("socket");
		close(fd);
		sockets++;
	}
	return sockets;
}

static void use_one_processor(void)
{
	cpu_set_t processors;

	CPU_ZERO(&processors);
	CPU_SET(0, &processors);
	if (sched_setaffinity(0, sizeof(processors), &processors))
		fail("sched_setaffinity");
}

int main(int argc, char **argv)
{
	struct work *work = mmap(NULL, sizeof(*work), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int connections = argc > 1 ? number_argument(argv[1]) : 100;
	int sockets, status;
	pid_t pid;

	if (work == MAP_FAILED)
		fail("mmap");
	work->connections = connections;
	use_one_processor();
	pid = fork();
	if (pid < 0)
		fail("fork");
	if (!pid)
		return make_connections(work);
	sockets = make_sockets(work);
	if (waitpid(pid, &status, 0) != pid || status) {
		fprintf(stderr, "the connecting process failed\n");
		return 1;
	}
	printf("{\"pid\":%d,\"made\":%d,\"connecting_pid\":%d,\"connections\":%d}\n", getpid(),
	       sockets, pid, connections);
	return 0;
}
