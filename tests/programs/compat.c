// SPDX-License-Identifier: GPL-2.0
/*
 * compat: a 32-bit program that makes sockets, by socketcall() and by the system calls of their
 * own, then waits for the end of its input. Without a library, which would be needed in a 32-bit
 * form.
 */

enum { NR_EXIT = 1, NR_READ = 3, NR_SOCKETCALL = 102, NR_SOCKET = 359, NR_SOCKETPAIR = 360 };
enum { CALL_SOCKET = 1, CALL_SOCKETPAIR = 8 }; /* linux/net.h */
enum { FAMILY_UNIX = 1, FAMILY_INET = 2, TYPE_STREAM = 1, TYPE_DGRAM = 2, NO_FAMILY = 9999 };

static int call(int number, long one, long two, long three, long four)
{
	int result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(number), "b"(one), "c"(two), "d"(three), "S"(four)
			 : "memory");
	return result;
}

void _start(void)
{
	unsigned long socket[] = { FAMILY_INET, TYPE_STREAM, 0 };
	unsigned long unknown[] = { NO_FAMILY, TYPE_STREAM, 0 };
	int fds[2];
	unsigned long pair[] = { FAMILY_UNIX, TYPE_DGRAM, 0, (unsigned long)fds };
	char byte;

	call(NR_SOCKETCALL, CALL_SOCKET, (long)socket, 0, 0);
	call(NR_SOCKETCALL, CALL_SOCKETPAIR, (long)pair, 0, 0);
	call(NR_SOCKETCALL, CALL_SOCKET, (long)unknown, 0, 0);
	call(NR_SOCKET, FAMILY_INET, TYPE_DGRAM, 0, 0);
	call(NR_SOCKETPAIR, FAMILY_UNIX, TYPE_STREAM, 0, (long)fds);
	call(NR_READ, 0, (long)&byte, 1, 0);
	call(NR_EXIT, 0, 0, 0, 0);
}
