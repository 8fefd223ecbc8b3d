/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sockets made by the programs of the kernel tests, each remembered as the program itself saw it:
 * that is what a tracer must show.
 */
#ifndef CREATION_H
#define CREATION_H

#include <stdbool.h>
#include <sys/types.h>

struct creation {
	pid_t pid;
	pid_t tid;
	bool pair;	    /* made by socketpair() */
	const char *accept; /* "accept" or "accept4", if made by that; else NULL */
	int family;
	int type;
	int protocol;
	int listener; /* of accept() and accept4() the first argument */
	int flags;    /* and the last of accept4(); those of others are in type */
	int ret;      /* what the system call returned: a descriptor or 0, or -errno */
	int fds[2];
	ino_t inodes[2];
};

/* Calls socket() and remembers it; the descriptor stays open. */
void creation__socket(struct creation *creation, int family, int type, int protocol);

/* Calls socketpair() and remembers it. fds is the array handed to it, NULL for one of its own. */
void creation__socketpair(struct creation *creation, int family, int type, int protocol, int *fds);

/*
 * Calls accept(), or accept4() with these flags, and remembers it. What it asks for is a socket
 * like the listening one.
 */
void creation__accept(struct creation *creation, int listener);
void creation__accept4(struct creation *creation, int listener, int flags);

/* How many descriptors it has got: 0 if it failed. */
int creation__descriptors(const struct creation *creation);

void creation__close(const struct creation *creation);

/* Prints it to standard output as one line of JSON. */
void creation__print(const struct creation *creation);

/* Whether this process may get more descriptors, by its RLIMIT_NOFILE. */
void allow_descriptors(bool allowed);

/* Waits until a thread of this process sleeps so that signals wake it, as in accept(). */
void wait_until_asleep(pid_t tid);

/* Prints a message and the text of errno to standard error and ends the program with status 1. */
void fail(const char *what) __attribute__((noreturn));

/* A number given as an argument; ends the program if it is none. */
int number_argument(const char *text);

#endif /* CREATION_H */
