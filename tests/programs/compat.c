// SPDX-License-Identifier: GPL-2.0
/*
 * compat: a 32-bit program that makes sockets, by socketcall() where there is that, and by the
 * system calls of their own, then waits for the end of its input. Without a library, which would be
 * needed in a 32-bit form.
 */

enum { FAMILY_UNIX = 1, FAMILY_INET = 2, TYPE_STREAM = 1, TYPE_DGRAM = 2, NO_FAMILY = 9999 };

#if defined(__i386__)

enum { NR_EXIT = 1, NR_READ = 3, NR_SOCKETCALL = 102, NR_SOCKET = 359, NR_SOCKETPAIR = 360 };
enum { CALL_SOCKET = 1, CALL_SOCKETPAIR = 8 }; /* linux/net.h */
enum { AT_SYSINFO = 32 };		       /* asm/auxvec.h */

__attribute__((noinline)) static int call(int number, long one, long two, long three, long four)
{
	int result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(number), "b"(one), "c"(two), "d"(three), "S"(four)
			 : "memory");
	return result;
}

/* The system call as a C library makes it, by the function in the vDSO that AT_SYSINFO tells. */
__attribute__((noinline)) static int vdso_call(unsigned long function, int number, long one,
					       long two, long three)
{
	int result;

	__asm__ volatile("call *%1"
			 : "=a"(result)
			 : "S"(function), "a"(number), "b"(one), "c"(two), "d"(three)
			 : "memory");
	return result;
}

/* Return the value of AT_SYSINFO, or 0. stack is where argc is: argv, envp and auxv follow. */
static unsigned long find_sysinfo(const unsigned long *stack)
{
	const unsigned long *at = stack + 1 + stack[0] + 1;

	while (*at++)
		;
	for (; at[0]; at += 2) {
		if (at[0] == AT_SYSINFO)
			return at[1];
	}
	return 0;
}

__attribute__((noinline)) static int own_socket(const unsigned long *stack, long family, long type)
{
	unsigned long function = find_sysinfo(stack);

	if (!function)
		return call(NR_SOCKET, family, type, 0, 0);
	return vdso_call(function, NR_SOCKET, family, type, 0);
}

__attribute__((noinline)) static int socketcall_socket(const unsigned long *arguments)
{
	return call(NR_SOCKETCALL, CALL_SOCKET, (long)arguments, 0, 0);
}

__attribute__((noinline)) static int socketcall_socketpair(const unsigned long *arguments)
{
	return call(NR_SOCKETCALL, CALL_SOCKETPAIR, (long)arguments, 0, 0);
}

#elif defined(__arm__) /* which has no socketcall() */

enum { NR_EXIT = 1, NR_READ = 3, NR_SOCKET = 281, NR_SOCKETPAIR = 288 };

static int call(int number, long one, long two, long three, long four)
{
	register long r0 __asm__("r0") = one;
	register long r1 __asm__("r1") = two;
	register long r2 __asm__("r2") = three;
	register long r3 __asm__("r3") = four;
	register long r7 __asm__("r7") = number;

	__asm__ volatile("svc #0" : "+r"(r0) : "r"(r1), "r"(r2), "r"(r3), "r"(r7) : "memory");
	return r0;
}

static int socketcall_socket(const unsigned long *arguments)
{
	return call(NR_SOCKET, arguments[0], arguments[1], arguments[2], 0);
}

__attribute__((noinline)) static int socketcall_socketpair(const unsigned long *arguments)
{
	return call(NR_SOCKETPAIR, arguments[0], arguments[1], arguments[2], arguments[3]);
}

static int own_socket(const unsigned long *stack, long family, long type)
{
	(void)stack;
	return call(NR_SOCKET, family, type, 0, 0);
}

#endif

void _start(void)
{
	/* The frame pointer is below what the kernel has put on the stack. */
	const unsigned long *stack = (unsigned long *)__builtin_frame_address(0) + 1;
	unsigned long socket[] = { FAMILY_INET, TYPE_STREAM, 0 };
	unsigned long unknown[] = { NO_FAMILY, TYPE_STREAM, 0 };
	int fds[2];
	unsigned long pair[] = { FAMILY_UNIX, TYPE_DGRAM, 0, (unsigned long)fds };
	char byte;

	socketcall_socket(socket);
	socketcall_socketpair(pair);
	socketcall_socket(unknown);
	own_socket(stack, FAMILY_INET, TYPE_DGRAM);
	call(NR_SOCKETPAIR, FAMILY_UNIX, TYPE_STREAM, 0, (long)fds);
	call(NR_READ, 0, (long)&byte, 1, 0);
	call(NR_EXIT, 0, 0, 0, 0);
}
