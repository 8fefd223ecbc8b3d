// SPDX-License-Identifier: GPL-2.0
/*
 * io_uring: makes sockets by IORING_OP_SOCKET, at once and by a worker of the kernel, and fails to;
 * prints each creation. Status 77 if the kernel has no io_uring that makes sockets.
 * io_uring accept: the same by IORING_OP_ACCEPT, with the connection there already or not.
 * io_uring interrupting: the same by IORING_OP_ACCEPT while the thread waits in accept() on another
 *	socket: the kernel interrupts that and calls it again; at last that gets a connection, too.
 */
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "creation.h"
#include "ring.h"

#define REQUESTS 3 /* that interrupt, one after another */

static const struct request {
	int family, type, protocol;
	unsigned char flags;
} requests[] = {
	{ AF_INET, SOCK_STREAM, 0, 0 },
	{ AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP, 0 },
	{ AF_UNIX, SOCK_STREAM, 0, IOSQE_ASYNC },
	{ AF_INET, SOCK_STREAM, IPPROTO_TCP, IOSQE_ASYNC },
	{ AF_UNIX, SOCK_STREAM, 5, 0 },
	{ AF_UNIX, SOCK_RDM, 0, IOSQE_ASYNC },
};

static int run(struct ring *ring, const struct request *request)
{
	const struct io_uring_sqe entry = {
		.opcode = OP_SOCKET,
		.flags = request->flags,
		.fd = request->family,
		.off = request->type,
		.len = request->protocol,
	};

	ring__submit(ring, &entry);
	return ring__complete(ring);
}

static ino_t inode_of(int fd)
{
	struct stat status;

	if (fstat(fd, &status))
		fail("fstat");
	return status.st_ino;
}

/* A connection that is there before it is accepted, or comes when nobody accepts it yet. */
static void accept_one(struct ring *ring, int listener, bool there, unsigned char flags)
{
	const struct io_uring_sqe entry = {
		.opcode = IORING_OP_ACCEPT,
		.flags = flags,
		.fd = listener,
		.accept_flags = SOCK_CLOEXEC,
	};
	struct sockaddr_un address;
	socklen_t size = sizeof(address);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	int ret;

	if (fd < 0 || getsockname(listener, (struct sockaddr *)&address, &size))
		fail("socket");
	if (!there)
		ring__submit(ring, &entry);
	if (connect(fd, (struct sockaddr *)&address, size))
		fail("connect");
	if (there)
		ring__submit(ring, &entry);
	ret = ring__complete(ring);
	if (ret < 0) {
		errno = -ret;
		fail("IORING_OP_ACCEPT");
	}
	printf("{\"pid\":%d,\"ret\":%d,\"inode\":%lu}\n", getpid(), ret,
	       (unsigned long)inode_of(ret));
	close(ret);
	close(fd);
}

/* On an address that the kernel completes. */
static int listen_anywhere(const struct sockaddr *address, socklen_t size)
{
	int listener = socket(address->sa_family, SOCK_STREAM, 0);

	if (listener < 0 || bind(listener, address, size) || listen(listener, 1))
		fail("listen");
	return listener;
}

static int listen_unix(void)
{
	const struct sockaddr_un any = { .sun_family = AF_UNIX };

	return listen_anywhere((const struct sockaddr *)&any, sizeof(any.sun_family));
}

static int listen_inet(void)
{
	const struct sockaddr_in any = { .sin_family = AF_INET,
					 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	return listen_anywhere((const struct sockaddr *)&any, sizeof(any));
}

static int accept_all(struct ring *ring)
{
	int listener = listen_unix();

	accept_one(ring, listener, true, 0);
	accept_one(ring, listener, false, 0);
	accept_one(ring, listener, true, IOSQE_ASYNC);
	accept_one(ring, listener, false, IOSQE_ASYNC);
	return 0;
}

static void connect_to(int listener)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof(address);
	int fd;

	if (getsockname(listener, (struct sockaddr *)&address, &size))
		fail("getsockname");
	fd = socket(address.ss_family, SOCK_STREAM, 0);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&address, size))
		fail("connect");
}

/* What connects while another thread waits. */
struct caller {
	const struct ring *ring;
	pid_t tid;	 /* who waits */
	int of_requests; /* listening sockets: of io_uring's requests */
	int of_call;	 /* and of the system call */
};

static void *call(void *argument)
{
	const struct caller *caller = argument;
	unsigned int i;

	for (i = 0; i < REQUESTS; i++) {
		wait_until_asleep(caller->tid);
		connect_to(caller->of_requests);
		ring__wait(caller->ring, i + 1);
	}
	connect_to(caller->of_call);
	return NULL;
}

static void print_accepted(const char *via, int fd)
{
	printf("{\"via\":\"%s\",\"pid\":%d,\"inode\":%lu}\n", via, getpid(),
	       (unsigned long)inode_of(fd));
}

static int accept_interrupted(struct ring *ring)
{
	struct caller caller = {
		.ring = ring,
		.tid = gettid(),
		.of_requests = listen_unix(),
		.of_call = listen_inet(),
	};
	const struct io_uring_sqe entry = {
		.opcode = IORING_OP_ACCEPT,
		.fd = caller.of_requests,
		.accept_flags = SOCK_CLOEXEC,
	};
	pthread_t thread;
	int i, fd;

	for (i = 0; i < REQUESTS; i++)
		ring__submit(ring, &entry);
	if (pthread_create(&thread, NULL, call, &caller))
		fail("pthread_create");
	fd = accept4(caller.of_call, NULL, NULL, 0);
	if (fd < 0)
		fail("accept4");
	pthread_join(thread, NULL);
	for (i = 0; i < REQUESTS; i++)
		print_accepted("io_uring", ring__complete(ring));
	print_accepted("accept4", fd);
	return 0;
}

int main(int argc, char **argv)
{
	struct ring ring;
	size_t i;

	ring__open(&ring);
	if (argc > 1 && !strcmp(argv[1], "accept"))
		return accept_all(&ring);
	if (argc > 1 && !strcmp(argv[1], "interrupting"))
		return accept_interrupted(&ring);
	for (i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		const struct request *request = &requests[i];
		int ret = run(&ring, request);
		struct stat status = { 0 };

		if (i == 0 && ret == -EINVAL)
			_exit(NO_IO_URING);
		if (ret >= 0 && fstat(ret, &status))
			fail("fstat");
		printf("{\"pid\":%d,\"async\":%s,\"family\":%d,\"type\":%d,\"protocol\":%d,"
		       "\"ret\":%d,\"inode\":%lu}\n",
		       getpid(), request->flags ? "true" : "false", request->family, request->type,
		       request->protocol, ret, (unsigned long)status.st_ino);
		if (ret >= 0)
			close(ret);
	}
	return 0;
}
