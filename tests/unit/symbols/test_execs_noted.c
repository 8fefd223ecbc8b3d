// SPDX-License-Identifier: GPL-2.0
/* Tests command lines, and what the BPF side has noted of processes that may have ended. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixtures/execs_fixture.h"
#include "shared/wire_file.h"

/* --- command lines --- */

static void set_cmdline(const struct fixture *fixture, unsigned int pid, const char *data,
			size_t size)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/%u/cmdline", fixture->folder, pid);
	files__write(path, data, size);
}

static void expect_cmdline(const struct executed *executed, const char *data, size_t size, bool cut)
{
	assert_non_null(executed->cmdline);
	assert_int_equal(executed->cmdline_size, size);
	assert_memory_equal(executed->cmdline, data, size);
	assert_int_equal(executed->cmdline_cut, cut);
}

static void reads_command_lines(void **state)
{
	struct fixture *fixture = *state;
	const struct process_id id = { 5, 7 * TICK_NS, 0 };
	char longest[EXEC_CMDLINE_SIZE + 1];
	struct executed executed;

	memset(longest, 'a', sizeof(longest));
	make_process(fixture, 5, "/bin/sh", 7);
	executed = find(fixture->exes, &id);
	assert_null(executed.cmdline);
	/* That of a process that is ending is empty. */
	set_cmdline(fixture, 5, "", 0);
	executed = find(fixture->exes, &id);
	assert_null(executed.cmdline);
	set_cmdline(fixture, 5, "sh\0-c\0", 6);
	executed = find(fixture->exes, &id);
	expect_cmdline(&executed, "sh\0-c\0", 6, false);
	/* A process that writes a title over its arguments leaves the rest of them empty. */
	set_cmdline(fixture, 5, "title\0\0\0\0", 9);
	executed = find(fixture->exes, &id);
	expect_cmdline(&executed, "title", 5, false);
	set_cmdline(fixture, 5, "printf\0\0", 8);
	executed = find(fixture->exes, &id);
	expect_cmdline(&executed, "printf\0\0", 8, false);
	set_cmdline(fixture, 5, longest, EXEC_CMDLINE_SIZE);
	executed = find(fixture->exes, &id);
	expect_cmdline(&executed, longest, EXEC_CMDLINE_SIZE, false);
	set_cmdline(fixture, 5, longest, EXEC_CMDLINE_SIZE + 1);
	executed = find(fixture->exes, &id);
	expect_cmdline(&executed, longest, EXEC_CMDLINE_SIZE, true);
	/* A character that was cut in two is left out. */
	memcpy(longest + EXEC_CMDLINE_SIZE - 2, "\xe2\x82\xac", 3);
	set_cmdline(fixture, 5, longest, EXEC_CMDLINE_SIZE + 1);
	executed = find(fixture->exes, &id);
	expect_cmdline(&executed, longest, EXEC_CMDLINE_SIZE - 2, true);
	/* Of a process that has ended the last one is known, since its start time tells it apart.
	 */
	remove_process(fixture, 5);
	executed = find(fixture->exes, &id);
	expect_cmdline(&executed, longest, EXEC_CMDLINE_SIZE - 2, true);
}

/* --- what the BPF side has noted --- */

/* Name a file as the kernel does: by its components, the innermost first. */
static void name_file(struct fixture *fixture, __u32 number, __u16 flags, const char *components,
		      size_t size)
{
	struct wire_file file = {
		.version = WIRE_FILE_VERSION,
		.flags = flags,
		.number = number,
		.path_size = (__u32)size,
	};
	const char *reason;

	memcpy(file.path, components, size);
	assert_true(named_files__keep(fixture->files, &file, sizeof(file), &reason));
}

/* Note that process 5, which started at tick 7, executes the file with its program of exec_id. */
static void note(struct fixture *fixture, __u64 exec_id, __u32 file, const char *cmdline, bool cut)
{
	fixture->key = (struct exec_key){ 7 * TICK_NS + KERNEL_OFFSET, exec_id, 5, 0 };
	fixture->noted = (struct exec){ .file = file, .cmdline_cut = cut };
	fixture->noted.cmdline_size = (__u16)(strlen(cmdline) + 1);
	memcpy(fixture->noted.cmdline, cmdline, strlen(cmdline) + 1);
}

static void knows_what_has_ended(void **state)
{
	struct fixture *fixture = *state;
	const struct process_id id = { 5, 7 * TICK_NS, 3 }, other = { 5, 7 * TICK_NS, 2 };
	struct executed executed;

	name_file(fixture, 9, 0, "curl\0bin", sizeof("curl\0bin"));
	note(fixture, 3, 9, "curl", false);
	expect(fixture->exes, &id, "/bin/curl", false);
	executed = find(fixture->exes, &id);
	expect_cmdline(&executed, "curl", 5, false);
	assert_int_equal(fixture->nr_asked, 1);
	expect(fixture->exes, &other, NULL, false);
}

/* /proc says what the process executes by now, and the BPF side what it did. */
static void believes_what_was_noted(void **state)
{
	struct fixture *fixture = *state;
	const struct process_id id = { 5, 7 * TICK_NS, 3 };
	struct executed executed;

	make_process(fixture, 5, "/bin/later", 7);
	set_cmdline(fixture, 5, "later", 6);
	name_file(fixture, 9, WIRE_FILE_DELETED, "curl\0bin", sizeof("curl\0bin"));
	note(fixture, 3, 9, "curl", true);
	expect(fixture->exes, &id, "/bin/curl", true);
	executed = find(fixture->exes, &id);
	expect_cmdline(&executed, "curl", 5, true);
}

/* Only /proc knows that the file has been deleted since, or what its whole path is. */
static void asks_proc_for_the_rest(void **state)
{
	struct fixture *fixture = *state;
	const struct process_id gone = { 5, 7 * TICK_NS, 3 }, cut = { 5, 7 * TICK_NS, 4 },
				unnamed = { 5, 7 * TICK_NS, 5 };

	make_process(fixture, 5, "/bin/curl (deleted)", 7);
	name_file(fixture, 9, 0, "curl\0bin", sizeof("curl\0bin"));
	note(fixture, 3, 9, "curl", false);
	expect(fixture->exes, &gone, "/bin/curl", true);
	make_process(fixture, 5, "/outer/bin/curl", 7);
	name_file(fixture, 10, WIRE_FILE_CUT, "curl\0bin", sizeof("curl\0bin"));
	note(fixture, 4, 10, "curl", false);
	expect(fixture->exes, &cut, "/outer/bin/curl", false);
	/* The record of the path has found no room. */
	note(fixture, 5, 0, "curl", false);
	expect(fixture->exes, &unnamed, "/outer/bin/curl", false);
}

/* Without its start or the number of its execve() a process is not told from others. */
static void asks_for_no_unknown_process(void **state)
{
	struct fixture *fixture = *state;
	const struct process_id any = { .pid = 5 }, no_exec = { 5, 7 * TICK_NS, 0 };

	expect(fixture->exes, &any, NULL, false);
	expect(fixture->exes, &no_exec, NULL, false);
	assert_int_equal(fixture->nr_asked, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads_command_lines),	   TEST(knows_what_has_ended),
		TEST(believes_what_was_noted),	   TEST(asks_proc_for_the_rest),
		TEST(asks_for_no_unknown_process),
	};

	return cmocka_run_group_tests_name("execs_noted", tests, NULL, NULL);
}
