// SPDX-License-Identifier: GPL-2.0
/* Tests what counts as a call before a return address: bytes as an assembler makes them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "shared/call_instruction.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

/* Instructions that end at the address; what comes before them is a nop each. */
struct instruction {
	const char *name;
	__u8 bytes[8];
	int size;
};

static __u64 code_of(const struct instruction *instruction)
{
	__u8 bytes[CALL_INSTRUCTION_BYTES];
	__u64 code;

	memset(bytes, 0x90, sizeof(bytes));
	memcpy(bytes + sizeof(bytes) - instruction->size, instruction->bytes, instruction->size);
	memcpy(&code, bytes, sizeof(code));
	return code;
}

static void knows_the_calls_of_x86(void **state)
{
	static const struct instruction calls[] = {
		{ "call function", { 0xe8, 1, 2, 3, 4 }, 5 },
		{ "call *%rax", { 0xff, 0xd0 }, 2 },
		{ "call *%r12", { 0x41, 0xff, 0xd4 }, 3 },
		{ "call *(%rbx)", { 0xff, 0x13 }, 2 },
		{ "call *(%rsp)", { 0xff, 0x14, 0x24 }, 3 },
		{ "call *8(%rax)", { 0xff, 0x50, 8 }, 3 },
		{ "call *8(%rsp)", { 0xff, 0x54, 0x24, 8 }, 4 },
		{ "call *symbol(%rip)", { 0xff, 0x15, 1, 2, 3, 4 }, 6 },
		{ "call *%gs:0x10", { 0x65, 0xff, 0x15, 0x10, 0, 0, 0 }, 7 },
		{ "call *0x100(%rax)", { 0xff, 0x90, 0, 1, 0, 0 }, 6 },
		{ "call *0x100(%rsp)", { 0xff, 0x94, 0x24, 0, 1, 0, 0 }, 7 },
		{ "call *table(,%rax,8)", { 0xff, 0x14, 0xc5, 1, 2, 3, 4 }, 7 },
		{ "call *(%rax,%rbx,8)", { 0xff, 0x14, 0xd8 }, 3 },
	};
	static const struct instruction others[] = {
		{ "jmp *%rax", { 0xff, 0xe0 }, 2 },
		{ "push (%rbx)", { 0xff, 0x33 }, 2 },
		{ "jmp function", { 0xe9, 1, 2, 3, 4 }, 5 },
		{ "mov %rax,%rbx", { 0x48, 0x89, 0xc3 }, 3 },
		{ "the beginning of call *8(%rax)", { 0xff, 0x50 }, 2 },
		{ "the beginning of call *8(%rsp)", { 0xff, 0x54, 0x24 }, 3 },
		{ "nop", { 0x90 }, 1 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < NR(calls); i++) {
		if (!call_instruction__ends_x86(code_of(&calls[i])))
			fail_msg("%s is no call", calls[i].name);
	}
	for (i = 0; i < NR(others); i++) {
		if (call_instruction__ends_x86(code_of(&others[i])))
			fail_msg("%s is a call", others[i].name);
	}
}

static __u64 ending_in(__u32 instruction)
{
	return (__u64)instruction << 32 | 0xd503201f; /* a nop before it */
}

static void knows_the_calls_of_arm(void **state)
{
	(void)state;
	assert_true(call_instruction__ends_arm64(ending_in(0x97ffffec)));	/* bl */
	assert_true(call_instruction__ends_arm64(ending_in(0xd63f0060)));	/* blr x3 */
	assert_true(call_instruction__ends_arm64(ending_in(0xd73f0a64)));	/* blraa x19, x4 */
	assert_false(call_instruction__ends_arm64(ending_in(0x14000003)));	/* b */
	assert_false(call_instruction__ends_arm64(ending_in(0xd61f0060)));	/* br x3 */
	assert_false(call_instruction__ends_arm64(ending_in(0xd4000001)));	/* svc */
	assert_true(call_instruction__ends_arm(ending_in(0xebfffffe), false));	/* bl */
	assert_true(call_instruction__ends_arm(ending_in(0xe12fff33), false));	/* blx r3 */
	assert_false(call_instruction__ends_arm(ending_in(0xeafffffe), false)); /* b */
	assert_true(call_instruction__ends_arm(ending_in(0xf800f000), true));	/* bl */
	assert_true(call_instruction__ends_arm(ending_in(0x4798bf00), true));	/* blx r3 */
	assert_false(call_instruction__ends_arm(ending_in(0x4770bf00), true));	/* bx lr */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_the_calls_of_x86),
		cmocka_unit_test(knows_the_calls_of_arm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
