// SPDX-License-Identifier: GPL-2.0
#include "creation.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static ino_t inode_of(int fd)
{
	struct stat status;

	if (fstat(fd, &status))
		fail("fstat");
	return status.st_ino;
}

static void begin(struct creation *creation, int family, int type, int protocol)
{
	memset(creation, 0, sizeof(*creation));
	creation->pid = getpid();
	creation->tid = gettid();
	creation->family = family;
	creation->type = type;
	creation->protocol = protocol;
}

static void take_inodes(struct creation *creation)
{
	int i;

	for (i = 0; i < creation__descriptors(creation); i++)
		creation->inodes[i] = inode_of(creation->fds[i]);
}

void creation__socket(struct creation *creation, int family, int type, int protocol)
{
	int fd;

	begin(creation, family, type, protocol);
	fd = socket(family, type, protocol);
	creation->ret = fd < 0 ? -errno : fd;
	creation->fds[0] = fd;
	take_inodes(creation);
}

void creation__socketpair(struct creation *creation, int family, int type, int protocol, int *fds)
{
	begin(creation, family, type, protocol);
	creation->pair = true;
	/* Not through the library, whose declaration forbids a bad array. */
	if (syscall(SYS_socketpair, family, type, protocol, fds ? fds : creation->fds))
		creation->ret = -errno;
	else if (fds)
		memcpy(creation->fds, fds, sizeof(creation->fds));
	take_inodes(creation);
}

static int socket_option(int fd, int option)
{
	socklen_t size = sizeof(int);
	int value = 0;

	getsockopt(fd, SOL_SOCKET, option, &value, &size);
	return value;
}

static void begin_accept(struct creation *creation, const char *call, int listener, int flags)
{
	begin(creation, socket_option(listener, SO_DOMAIN), socket_option(listener, SO_TYPE),
	      socket_option(listener, SO_PROTOCOL));
	creation->accept = call;
	creation->listener = listener;
	creation->flags = flags;
}

static void end_accept(struct creation *creation, int fd)
{
	creation->ret = fd < 0 ? -errno : fd;
	creation->fds[0] = fd;
	take_inodes(creation);
}

void creation__accept(struct creation *creation, int listener)
{
	begin_accept(creation, "accept", listener, 0);
	end_accept(creation, accept(listener, NULL, NULL));
}

void creation__accept4(struct creation *creation, int listener, int flags)
{
	begin_accept(creation, "accept4", listener, flags);
	end_accept(creation, accept4(listener, NULL, NULL, flags));
}

int creation__descriptors(const struct creation *creation)
{
	if (creation->ret < 0)
		return 0;
	return creation->pair ? 2 : 1;
}

void creation__close(const struct creation *creation)
{
	int i;

	for (i = 0; i < creation__descriptors(creation); i++)
		close(creation->fds[i]);
}

static const char *via(const struct creation *creation)
{
	if (creation->accept)
		return creation->accept;
	return creation->pair ? "socketpair" : "socket";
}

void creation__print(const struct creation *creation)
{
	int i;

	printf("{\"via\":\"%s\",\"pid\":%d,\"tid\":%d,\"family\":%d,\"type\":%d,\"protocol\":%d,"
	       "\"ret\":%d,",
	       via(creation), creation->pid, creation->tid, creation->family, creation->type,
	       creation->protocol, creation->ret);
	if (creation->accept)
		printf("\"listener\":%d,\"flags\":%d,", creation->listener, creation->flags);
	fputs("\"sockets\":[", stdout);
	for (i = 0; i < creation__descriptors(creation); i++)
		printf("%s{\"fd\":%d,\"inode\":%lu}", i ? "," : "", creation->fds[i],
		       (unsigned long)creation->inodes[i]);
	puts("]}");
}

/* Whether a thread sleeps so that signals wake it, as in accept(). */
static bool sleeps(pid_t tid)
{
	char path[64], line[256] = "";
	const char *state;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
	file = fopen(path, "re");
	if (!file || !fgets(line, sizeof(line), file))
		fail(path);
	fclose(file);
	state = strrchr(line, ')');
	return state && state[2] == 'S';
}

void wait_until_asleep(pid_t tid)
{
	while (!sleeps(tid))
		usleep(1000);
}

void allow_descriptors(bool allowed)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		fail("getrlimit");
	limit.rlim_cur = allowed ? limit.rlim_max : 0;
	if (setrlimit(RLIMIT_NOFILE, &limit))
		fail("setrlimit");
}

void fail(const char *what)
{
	perror(what);
	exit(1);
}

int number_argument(const char *text)
{
	char *end;
	long number = strtol(text, &end, 10);

	if (!*text || *end || number < 0 || number > 1000000) {
		fprintf(stderr, "\"%s\" is not a number from 0 to 1000000\n", text);
		exit(2);
	}
	return (int)number;
}
