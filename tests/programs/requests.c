// SPDX-License-Identifier: GPL-2.0
/*
 * requests: has io_uring make sockets by IORING_OP_SOCKET in all the ways that can fail outside of
 * what makes the socket: submissions that are refused, no descriptor left, direct descriptors with
 * no table, no free slot and no such slot; each at once and by a worker of the kernel. Prints what
 * the completion says of each. Status 77 if the kernel has no io_uring that makes sockets.
 * requests accept: the same by IORING_OP_ACCEPT, for one connection and for several.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "creation.h"
#include "ring.h"

#define SLOTS	     2
#define ANY_SLOT     (~0U) /* IORING_FILE_INDEX_ALLOC */
#define ACCEPT_MULTI 1	   /* IORING_ACCEPT_MULTISHOT */
#define MORE	     2	   /* IORING_CQE_F_MORE */
#define AT_ONCE	     3	   /* connections that are there when the request comes */
#define LATER	     2	   /* and that come one by one afterwards */
#define MANY	     64	   /* descriptors */
#define UNKNOWN_FLAG 0x10000

struct request {
	int family, type, protocol;
	unsigned int slot;	    /* sqe.file_index: 0, a slot plus 1, or ANY_SLOT */
	unsigned long long address; /* which the operation does not have */
};

/* While the ring has no table. */
static const struct request without_table[] = {
	{ AF_INET, SOCK_STREAM, 0, 0, 0 },
	{ AF_UNIX, SOCK_DGRAM, 0, 1, 0 },
	{ AF_UNIX, SOCK_DGRAM, 0, ANY_SLOT, 0 },
	{ AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, 1, 0 },
	{ AF_INET, SOCK_DGRAM | UNKNOWN_FLAG, 0, 0, 0 },
	{ AF_INET6, SOCK_DGRAM, 17, 0, 1 },
};

/* With a table of two slots; the second request by a worker gets a slot that is in use. */
static const struct request with_table[] = {
	{ AF_INET, SOCK_STREAM, 6, ANY_SLOT, 0 }, { AF_INET6, SOCK_DGRAM, 0, 2, 0 },
	{ AF_UNIX, SOCK_STREAM, 0, ANY_SLOT, 0 }, { AF_UNIX, SOCK_STREAM, 0, SLOTS + 1, 0 },
	{ AF_UNIX, SOCK_STREAM, 5, 1, 0 },
};

/* While no descriptor is left: none is needed for a direct one. */
static const struct request without_descriptors[] = {
	{ AF_INET, SOCK_DGRAM, 0, 0, 0 },
	{ AF_INET, SOCK_DGRAM, 0, 1, 0 },
};

static unsigned long inode_of(int fd)
{
	struct stat status;

	if (fstat(fd, &status))
		fail("fstat");
	return status.st_ino;
}

/* The slot that a request has got, or -1. */
static int slot_of(unsigned int asked, int ret)
{
	if (ret < 0 || !asked)
		return -1;
	return asked == ANY_SLOT ? ret : (int)asked - 1;
}

static void run(struct ring *ring, const struct request *request, unsigned char flags)
{
	const struct io_uring_sqe entry = {
		.opcode = OP_SOCKET,
		.flags = flags,
		.fd = request->family,
		.off = (unsigned int)request->type,
		.addr = request->address,
		.len = request->protocol,
		.file_index = request->slot,
	};
	int ret;

	ring__submit(ring, &entry);
	ret = ring__complete(ring);
	printf("{\"pid\":%d,\"async\":%s,\"family\":%d,\"type\":%d,\"protocol\":%d,\"ret\":%d,"
	       "\"slot\":%d,\"inode\":%lu}\n",
	       getpid(), flags ? "true" : "false", request->family, request->type,
	       request->protocol, ret, slot_of(request->slot, ret),
	       ret >= 0 && !request->slot ? inode_of(ret) : 0);
	if (ret >= 0 && !request->slot)
		close(ret);
}

static void run_all(struct ring *ring, const struct request *requests, size_t number)
{
	size_t i;

	for (i = 0; i < number; i++)
		run(ring, &requests[i], 0);
	for (i = 0; i < number; i++)
		run(ring, &requests[i], IOSQE_ASYNC);
}

static void need_sockets(struct ring *ring)
{
	const struct io_uring_sqe entry = { .opcode = OP_SOCKET, .fd = -1 };

	ring__submit(ring, &entry);
	if (ring__complete(ring) == -EINVAL)
		_exit(NO_IO_URING);
	printf("{\"pid\":%d,\"async\":false,\"family\":-1,\"type\":0,\"protocol\":0,\"ret\":%d,"
	       "\"slot\":-1,\"inode\":0}\n",
	       getpid(), -EAFNOSUPPORT);
}

#define RUN_ALL(ring, requests) run_all(ring, requests, sizeof(requests) / sizeof((requests)[0]))

static int make_sockets(struct ring *ring)
{
	need_sockets(ring);
	RUN_ALL(ring, without_table);
	ring__register_slots(ring, SLOTS);
	RUN_ALL(ring, with_table);
	allow_descriptors(false);
	RUN_ALL(ring, without_descriptors);
	allow_descriptors(true);
	return 0;
}

static int listen_unix(void)
{
	const struct sockaddr_un any = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);

	if (listener < 0 || bind(listener, (const struct sockaddr *)&any, sizeof(any.sun_family)) ||
	    listen(listener, AT_ONCE + LATER))
		fail("listen");
	return listener;
}

static void connect_to(int listener)
{
	struct sockaddr_un address;
	socklen_t size = sizeof(address);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (fd < 0 || getsockname(listener, (struct sockaddr *)&address, &size) ||
	    connect(fd, (const struct sockaddr *)&address, size))
		fail("connect");
}

/* Prints the next completion. Return whether more will come. */
static bool print_accepted(struct ring *ring, unsigned int slot)
{
	unsigned int flags;
	int ret = ring__complete_with_flags(ring, &flags);

	printf("{\"pid\":%d,\"ret\":%d,\"slot\":%d,\"inode\":%lu}\n", getpid(), ret,
	       slot_of(slot, ret), ret >= 0 && !slot ? inode_of(ret) : 0);
	return flags & MORE;
}

/* Lets this process get so many more descriptors. */
static void limit_descriptors(unsigned int more)
{
	struct rlimit limit;
	int next = dup(0);

	if (next < 0 || close(next) || getrlimit(RLIMIT_NOFILE, &limit))
		fail("getrlimit");
	limit.rlim_cur = (unsigned int)next + more;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		fail("setrlimit");
}

/*
 * Accepts what is there when the request comes, and then what comes later, until the request ends.
 * The process may get so many more descriptors then.
 */
static void accept_several(struct ring *ring, unsigned int slot, unsigned int more)
{
	int i, listener = listen_unix();
	const struct io_uring_sqe entry = {
		.opcode = IORING_OP_ACCEPT,
		.fd = listener,
		.ioprio = ACCEPT_MULTI,
		.accept_flags = SOCK_NONBLOCK,
		.file_index = slot,
	};

	for (i = 0; i < AT_ONCE; i++)
		connect_to(listener);
	limit_descriptors(more);
	ring__submit(ring, &entry);
	allow_descriptors(true);
	for (i = 0; i < AT_ONCE + LATER; i++) {
		if (i >= AT_ONCE)
			connect_to(listener);
		if (!print_accepted(ring, slot))
			return;
	}
}

/* Accepts one connection by a request for one. */
static void accept_one(struct ring *ring, unsigned int slot, unsigned int more)
{
	int listener = listen_unix();
	const struct io_uring_sqe entry = {
		.opcode = IORING_OP_ACCEPT,
		.fd = listener,
		.file_index = slot,
	};

	connect_to(listener);
	limit_descriptors(more);
	ring__submit(ring, &entry);
	allow_descriptors(true);
	print_accepted(ring, slot);
}

static int accept_connections(void)
{
	struct ring rings[4];
	int i;

	for (i = 0; i < 4; i++)
		ring__open(&rings[i]);
	accept_one(&rings[0], 1, MANY);
	accept_one(&rings[0], 0, MANY);
	accept_one(&rings[0], 0, 0);
	ring__register_slots(&rings[0], SLOTS);
	accept_one(&rings[0], 2, 0);
	accept_one(&rings[0], ANY_SLOT, MANY);
	accept_one(&rings[0], ANY_SLOT, MANY);
	accept_several(&rings[1], 0, MANY);
	/* One connection finds no slot, or no descriptor, which ends the request. */
	ring__register_slots(&rings[2], AT_ONCE + 1);
	accept_several(&rings[2], ANY_SLOT, MANY);
	accept_several(&rings[3], 0, AT_ONCE - 1);
	return 0;
}

int main(int argc, char **argv)
{
	struct ring ring;

	ring__open(&ring);
	if (argc > 1 && !strcmp(argv[1], "accept"))
		return accept_connections();
	return make_sockets(&ring);
}
