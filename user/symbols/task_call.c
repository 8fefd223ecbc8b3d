// SPDX-License-Identifier: GPL-2.0
#include "symbols/task_call.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PATH_SIZE 4096

/*
 * The numbers of 32-bit programs, which the file does not tell from those of others:
 * arch/x86/entry/syscalls/syscall_32.tbl and arch/arm/tools/syscall.tbl. No other call that can
 * sleep for long has one of these numbers.
 */
#if defined(__x86_64__)
#define COMPAT_CALLS 102, 359, 360, 364 /* socketcall, socket, socketpair, accept4 */
#else
#define COMPAT_CALLS 281, 285, 288, 366 /* socket, accept, socketpair, accept4 */
#endif

static bool has_arguments(const char *at, const struct task_call_arguments *arguments)
{
	const __u32 expected[] = { arguments->family, arguments->type, arguments->protocol };
	char *end;
	int i;

	for (i = 0; i < 3; i++, at = end) {
		if ((__u32)strtoull(at, &end, 16) != expected[i] || end == at)
			return false;
	}
	return true;
}

static bool is_one_of(long number, const long *numbers, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (numbers[i] == number)
			return true;
	}
	return false;
}

#define IS_ONE_OF(number, numbers) is_one_of(number, numbers, sizeof(numbers) / sizeof(numbers[0]))

/* The file is "running", or the number of the call and its arguments, or -1 outside of calls. */
static enum task_call_place parse(const char *text, const struct task_call_arguments *arguments)
{
	static const long of_sockets[] = { SYS_socket, SYS_socketpair };
	static const long of_others[] = { SYS_accept, SYS_accept4, SYS_io_uring_enter,
					  COMPAT_CALLS };
	char *end;
	long number = strtol(text, &end, 10);

	/* Outside of calls are threads of the kernel, which work for others, such as io_uring. */
	if (end == text || number < 0)
		return TASK_CALL_UNKNOWN;
	if (IS_ONE_OF(number, of_others))
		return TASK_CALL_INSIDE;
	if (!IS_ONE_OF(number, of_sockets))
		return TASK_CALL_OUTSIDE;
	return !arguments || has_arguments(end, arguments) ? TASK_CALL_INSIDE : TASK_CALL_OUTSIDE;
}

enum task_call_place task_call__find(const char *proc, __u32 tid,
				     const struct task_call_arguments *arguments)
{
	char path[PATH_SIZE], text[256];
	ssize_t size;
	int fd;

	snprintf(path, sizeof(path), "%s/%u/syscall", proc, tid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return TASK_CALL_UNKNOWN;
	size = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (size <= 0)
		return TASK_CALL_UNKNOWN;
	text[size] = '\0';
	return parse(text, arguments);
}
