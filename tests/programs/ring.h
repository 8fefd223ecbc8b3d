/* SPDX-License-Identifier: GPL-2.0 */
/* A ring of io_uring, for the programs of the kernel tests. */
#ifndef RING_H
#define RING_H

#include <linux/io_uring.h>

#define NO_IO_URING 77 /* exit status where the kernel's io_uring can't do it */
#define OP_SOCKET   45 /* IORING_OP_SOCKET, which older headers lack */

struct ring {
	int fd;
	char *submissions; /* the queue's head, tail, ... */
	char *completions;
	struct io_uring_sqe *entries;
	struct io_uring_params params;
};

/* Opens a ring; where the kernel has none, ends the program with status NO_IO_URING. */
void ring__open(struct ring *ring);

/* Submits one request. */
void ring__submit(struct ring *ring, const struct io_uring_sqe *request);

/* Waits for the result of what was submitted, the earliest first. */
int ring__complete(struct ring *ring);

/* The same, with the flags of the completion. */
int ring__complete_with_flags(struct ring *ring, unsigned int *flags);

/* Waits in another thread until so many results have come since the ring was opened. */
void ring__wait(const struct ring *ring, unsigned int number);

/* Gives the ring a table of direct descriptors with this many empty slots. */
void ring__register_slots(const struct ring *ring, unsigned int number);

#endif /* RING_H */
