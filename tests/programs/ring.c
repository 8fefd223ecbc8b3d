// SPDX-License-Identifier: GPL-2.0
#include "ring.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "creation.h"

#define ENTRIES	  8
#define MAX_SLOTS 8

static void *map(const struct ring *ring, size_t size, off_t offset)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring->fd,
			    offset);

	if (memory == MAP_FAILED)
		fail("mmap");
	return memory;
}

void ring__open(struct ring *ring)
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

void ring__submit(struct ring *ring, const struct io_uring_sqe *request)
{
	atomic_uint *tail = (atomic_uint *)(ring->submissions + ring->params.sq_off.tail);
	unsigned int mask = *(unsigned int *)(ring->submissions + ring->params.sq_off.ring_mask);
	unsigned int *array = (unsigned int *)(ring->submissions + ring->params.sq_off.array);
	unsigned int index = *tail & mask;

	ring->entries[index] = *request;
	array[index] = index;
	(*tail)++;
	if (syscall(SYS_io_uring_enter, ring->fd, 1, 0, 0, NULL, 0) != 1)
		fail("io_uring_enter");
}

int ring__complete_with_flags(struct ring *ring, unsigned int *flags)
{
	atomic_uint *head = (atomic_uint *)(ring->completions + ring->params.cq_off.head);
	unsigned int mask = *(unsigned int *)(ring->completions + ring->params.cq_off.ring_mask);
	struct io_uring_cqe *results =
		(struct io_uring_cqe *)(ring->completions + ring->params.cq_off.cqes);
	int result;

	if (syscall(SYS_io_uring_enter, ring->fd, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0)
		fail("io_uring_enter");
	result = results[*head & mask].res;
	*flags = results[*head & mask].flags;
	(*head)++;
	return result;
}

int ring__complete(struct ring *ring)
{
	unsigned int flags;

	return ring__complete_with_flags(ring, &flags);
}

void ring__wait(const struct ring *ring, unsigned int number)
{
	atomic_uint *tail = (atomic_uint *)(ring->completions + ring->params.cq_off.tail);

	while (*tail < number)
		usleep(1000);
}

void ring__register_slots(const struct ring *ring, unsigned int number)
{
	int empty[MAX_SLOTS];

	memset(empty, -1, sizeof(empty));
	if (number > MAX_SLOTS ||
	    syscall(SYS_io_uring_register, ring->fd, IORING_REGISTER_FILES, empty, number))
		fail("IORING_REGISTER_FILES");
}
