// SPDX-License-Identifier: GPL-2.0
/*
 * callers WHAT...: makes a socket for each WHAT in a function that is called by others: main,
 * outer, inner. All of them have frame pointers, and none is inlined. WHAT is socket, socketpair,
 * accept4, threads (accept4 in a process of two threads), generated (outer is called by generated
 * code, which is in the process's perf map as "made up"), or mapping (many sockets, while another
 * thread maps and unmaps memory all the time).
 */
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* What follows a call keeps the compiler from jumping in place of it. */
#define KEEP_FRAME() __asm__ volatile("" ::: "memory")

#define NR_SOCKETS 300 /* of mapping */

static int listener = -1;

__attribute__((noinline)) static int inner(const char *what)
{
	int fds[2], fd;

	if (!strcmp(what, "socket"))
		fd = socket(AF_INET, SOCK_STREAM, 0);
	else if (!strcmp(what, "socketpair"))
		fd = socketpair(AF_UNIX, SOCK_STREAM, 0, fds);
	else
		fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	KEEP_FRAME();
	return fd;
}

__attribute__((noinline)) static int outer(const char *what)
{
	int fd = inner(what);

	KEEP_FRAME();
	return fd;
}

/* Connect to a socket that listens, so that accepting does not wait. */
static void make_connection(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);
	int client = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 1) ||
	    getsockname(listener, (struct sockaddr *)&address, &size) ||
	    connect(client, (struct sockaddr *)&address, size))
		perror("callers: connecting");
}

static void *wait_for_end(void *unused)
{
	(void)unused;
	pause();
	return NULL;
}

static void *map_memory(void *unused)
{
	const size_t size = 1 << 20;

	(void)unused;
	for (;;) {
		void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

		if (memory != MAP_FAILED)
			munmap(memory, size);
	}
	return NULL;
}

#if defined(__x86_64__)
/* push %rbp; mov %rsp,%rbp; mov %rdi,%rax; mov %rsi,%rdi; call *%rax; pop %rbp; ret */
static const unsigned char code[] = { 0x55, 0x48, 0x89, 0xe5, 0x48, 0x89, 0xf8,
				      0x48, 0x89, 0xf7, 0xff, 0xd0, 0x5d, 0xc3 };
#else
/* stp x29, x30, [sp, #-16]!; mov x29, sp; mov x2, x0; mov x0, x1; blr x2; ldp …; ret */
static const unsigned int code[] = { 0xa9bf7bfd, 0x910003fd, 0xaa0003e2, 0xaa0103e0,
				     0xd63f0040, 0xa8c17bfd, 0xd65f03c0 };
#endif

/* Call outer() by code that is in no file, and name that as the runtimes of languages do. */
static int call_generated(const char *what)
{
	int (*generated)(int (*function)(const char *), const char *);
	const int protection = PROT_READ | PROT_WRITE | PROT_EXEC;
	void *memory = mmap(NULL, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char path[64];
	FILE *file;

	if (memory == MAP_FAILED)
		return -1;
	memcpy(memory, code, sizeof(code));
	__builtin___clear_cache(memory, (char *)memory + sizeof(code));
	snprintf(path, sizeof(path), "/tmp/perf-%d.map", getpid());
	file = fopen(path, "w");
	if (!file)
		return -1;
	fprintf(file, "%lx %zx made up\n", (unsigned long)memory, sizeof(code));
	fclose(file);
	memcpy(&generated, &memory, sizeof(generated));
	return generated(outer, what);
}

static void make_many(void)
{
	int i;

	for (i = 0; i < NR_SOCKETS; i++)
		close(outer("socket"));
}

int main(int argc, char **argv)
{
	pthread_t thread;
	int i;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "generated")) {
			if (call_generated("socket") < 0)
				perror(argv[i]);
			continue;
		}
		if (!strcmp(argv[i], "mapping")) {
			pthread_create(&thread, NULL, map_memory, NULL);
			make_many();
			continue;
		}
		if (strncmp(argv[i], "socket", strlen("socket")) != 0)
			make_connection();
		if (!strcmp(argv[i], "threads"))
			pthread_create(&thread, NULL, wait_for_end, NULL);
		if (outer(argv[i]) < 0)
			perror(argv[i]);
	}
	return 0;
}
