// SPDX-License-Identifier: GPL-2.0
/* Tests how /proc/PID/maps is read. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixtures/user_frames.h"
#include "fixtures/user_process.h"

static void describes_mappings(void **state)
{
	static const struct {
		__u64 address;
		const char *path, *module;
		__u64 offset;
		bool deleted;
	} rows[] = {
		{ 0x400000, "/usr/bin/no such", "no such", 0x1000, false },
		{ 0x400fff, "/usr/bin/no such", "no such", 0x1fff, false },
		{ 0x402010, "/usr/bin/gone", "gone", 0x10, true },
		{ 0x403010, "/memfd:a/b", "memfd:a/b", 0x10, true },
		{ 0x404010, "/", "/", 0x10, false },
		{ 0x405010, "/usr/lib/", "/usr/lib/", 0x10, false },
		{ 0x500010, "[anonymous]", "[anonymous]", 0x500010, false },
		{ 0x501010, "[anonymous]", "[anonymous]", 0x501010, false },
		{ 0x502010, "[anon:a/b (deleted)]", "[anon:a/b (deleted)]", 0x10, false },
		{ 0x503010, "[vdso]", "[vdso]", 0x10, false },
		{ 0xffffffffff600010, "[vsyscall]", "[vsyscall]", 0x10, false },
	};
	static const __u64 nothing[] = {
		0,	  0x3fffff, 0x401000, 0x40ffff, 0x600000,
		0x601000, 0x602000, 0x603000, 0x700000, UINT64_MAX,
	};
	struct fixture *fixture = *state;
	struct user_frame frame;
	size_t i;

	make_process(
		fixture, 123,
		"00400000-00401000 r-xp 00001000 fd:01 17                    /usr/bin/no such\n"
		"00401000-00402000 rw-p 00002000 fd:01 17                    /usr/bin/no such\n"
		"00402000-00403000 r-xp 00000000 fd:01 18   /usr/bin/gone (deleted)\n"
		"00403000-00404000 r-xs 00000000 00:01 19 /memfd:a/b (deleted)\n"
		"00404000-00405000 r-xs 00000000 00:01 19 /\n"
		"00405000-00406000 r-xs 00000000 00:01 19 /usr/lib/\n"
		"00500000-00501000 rwxp 00000000 00:00 0 \n"
		"00501000-00502000 --xp 00000000 00:00 0\n"
		"00502000-00503000 rwxp 00000000 00:00 0      [anon:a/b (deleted)]\n"
		"00503000-00504000 r-xp 00000000 00:00 0      [vdso]\n"
		"ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0  [vsyscall]\n");
	for (i = 0; i < NR(rows); i++) {
		frame = find(fixture->symbols, &made_up, rows[i].address);
		expect_at(&frame, rows[i].path, rows[i].module, rows[i].offset);
		assert_int_equal(frame.deleted, rows[i].deleted);
		assert_null(frame.symbol);
		assert_false(frame.elf_address);
	}
	for (i = 0; i < NR(nothing); i++) {
		frame = find(fixture->symbols, &made_up, nothing[i]);
		expect_unknown(&frame);
	}
}

static void leaves_out_malformed_mappings(void **state)
{
	struct fixture *fixture = *state;
	static const __u64 addresses[] = { 0x1000, 0x2000, 0x3000, 0x4000, 0x5000,
					   0x6000, 0x7000, 0x8000, 0x9000, 0xa000 };
	struct user_frame frame;
	size_t i;

	make_process(fixture, 123,
		     "\n1000\n1000-\n1000-2000\n1000-2000 r-xp\n"
		     "2000-3000 r-xp 0 fd:01 x /a\n"
		     "3000-4000 r-xp 0 fd-01 1 /a\n"
		     "4000-5000 r-xp 0 fd:01 99999999999999999999 /a\n"
		     "5000-5000 r-xp 0 fd:01 1 /a\n"
		     "11111111111116000-7000 r-xp 0 fd:01 1 /a\n"
		     "7000-8000 r-xp0 fd:01 1 /a\n"
		     "8000-9000 r-xp 0 fd:01 1/a\n"
		     "a000-9000 r-xp 0 fd:01 1 /a\n"
		     "b000-c000 r-xp 0 fd:01 1 /good\n"
		     "8000-b001 r-xp 0 fd:01 1 /overlaps\n"
		     "c000-d000 r-xp 0 fd:01 1 /cut");
	for (i = 0; i < NR(addresses); i++) {
		frame = find(fixture->symbols, &made_up, addresses[i]);
		expect_unknown(&frame);
	}
	frame = find(fixture->symbols, &made_up, 0xb000);
	expect_at(&frame, "/good", "good", 0);
	frame = find(fixture->symbols, &made_up, 0xc000);
	expect_unknown(&frame);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(describes_mappings),
		TEST(leaves_out_malformed_mappings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
