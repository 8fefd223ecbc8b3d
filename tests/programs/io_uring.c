// SPDX-License-Identifier: GPL-2.0
/*
 * io_uring: makes sockets by IORING_OP_SOCKET, at once and by a worker of the kernel, and fails to;
 * prints each creation. Status 77 if the kernel has no io_uring that makes sockets.
 */
#include <errno.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "creation.h"

#define ENTRIES	    4
#define NO_IO_URING 77
#define OP_SOCKET   45 /* IORING_OP_SOCKET, which older headers lack */

struct ring {
	int fd;
	char *submissions; /* the queue's head, tail, ... */
	char *completions;
	struct io_uring_sqe *entries;
	struct io_uring_params params;
};

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

static void *map(const struct ring *ring, size_t size, off_t offset)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring->fd,
			    offset);

	if (memory == MAP_FAILED)
		fail("mmap");
	return memory;
}

static void open_ring(struct ring *ring)
{
	memset(ring, 0, sizeof(*ring));
	ring->fd = syscall(SYS_io_uring_setup, ENTRIES, &ring->params);
	if (ring->fd < 0) {
		perror("io_uring_setup");
		_exit(NO_IO_URING);
	}
	ring->submissions =
		map(ring,
		    ring->params.sq_off.array + ring->params.sq_entries * sizeof(unsigned int),
		    IORING_OFF_SQ_RING);
	ring->completions = map(ring,
				ring->params.cq_off.cqes +
					ring->params.cq_entries * sizeof(struct io_uring_cqe),
				IORING_OFF_CQ_RING);
	ring->entries =
		map(ring, ring->params.sq_entries * sizeof(struct io_uring_sqe), IORING_OFF_SQES);
}

/* Submits one request and waits for its result. */
static int run(struct ring *ring, const struct request *request)
{
	atomic_uint *tail = (atomic_uint *)(ring->submissions + ring->params.sq_off.tail);
	atomic_uint *head = (atomic_uint *)(ring->completions + ring->params.cq_off.head);
	unsigned int mask = *(unsigned int *)(ring->submissions + ring->params.sq_off.ring_mask);
	unsigned int *array = (unsigned int *)(ring->submissions + ring->params.sq_off.array);
	struct io_uring_cqe *results =
		(struct io_uring_cqe *)(ring->completions + ring->params.cq_off.cqes);
	unsigned int index = *tail & mask;
	int result;

	memset(&ring->entries[index], 0, sizeof(ring->entries[index]));
	ring->entries[index].opcode = OP_SOCKET;
	ring->entries[index].flags = request->flags;
	ring->entries[index].fd = request->family;
	ring->entries[index].off = request->type;
	ring->entries[index].len = request->protocol;
	array[index] = index;
	(*tail)++;
	if (syscall(SYS_io_uring_enter, ring->fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) != 1)
		fail("io_uring_enter");
	mask = *(unsigned int *)(ring->completions + ring->params.cq_off.ring_mask);
	result = results[*head & mask].res;
	(*head)++;
	return result;
}

int main(void)
{
	struct ring ring;
	size_t i;

	open_ring(&ring);
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
