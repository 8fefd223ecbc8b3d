// SPDX-License-Identifier: GPL-2.0
/* Tests what is read of /proc: the file that a process executes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "fixtures/child.h"
#include "fixtures/execs_fixture.h"

static void reads_once_for_each_program(void **state)
{
	struct fixture *fixture = *state;
	const struct process_id shell = { 5, 7 * TICK_NS + 3, 1 }, ls = { 5, 7 * TICK_NS + 3, 2 };

	make_process(fixture, 5, "/bin/sh", 7);
	expect(fixture->exes, &shell, "/bin/sh", false);
	make_process(fixture, 5, "/bin/ls", 7);
	expect(fixture->exes, &shell, "/bin/sh", false);
	expect(fixture->exes, &ls, "/bin/ls", false);
	remove_process(fixture, 5);
	expect(fixture->exes, &shell, "/bin/sh", false);
	expect(fixture->exes, &ls, "/bin/ls", false);
}

static void asks_no_later_program_for_an_earlier_one(void **state)
{
	struct fixture *fixture = *state;
	const struct process_id shell = { 5, 7 * TICK_NS, 1 }, ls = { 5, 7 * TICK_NS, 2 };

	make_process(fixture, 5, "/bin/ls", 7);
	expect(fixture->exes, &ls, "/bin/ls", false);
	expect(fixture->exes, &shell, NULL, false);
	expect(fixture->exes, &ls, "/bin/ls", false);
}

static void reads_each_time_if_it_may_have_changed(void **state)
{
	struct fixture *fixture = *state;
	const struct process_id id = { 5, 7 * TICK_NS, 0 };

	make_process(fixture, 5, "/bin/sh", 7);
	expect(fixture->exes, &id, "/bin/sh", false);
	make_process(fixture, 5, "/bin/ls", 7);
	expect(fixture->exes, &id, "/bin/ls", false);
	make_process(fixture, 5, "/bin/ls (deleted)", 7);
	expect(fixture->exes, &id, "/bin/ls", true);
	make_process(fixture, 5, "/bin/ls", 7);
	expect(fixture->exes, &id, "/bin/ls", false);
	/*
	 * The process is gone, but what it executed is still known, since its start time tells it
	 * apart.
	 */
	remove_process(fixture, 5);
	expect(fixture->exes, &id, "/bin/ls", false);
}

static void tells_processes_with_one_pid(void **state)
{
	struct fixture *fixture = *state;
	const struct process_id first = { 5, 8 * TICK_NS - 1, 0 }, second = { 5, 9 * TICK_NS, 0 },
				any = { .pid = 5 };

	make_process(fixture, 5, "/bin/sh", 7);
	expect(fixture->exes, &first, "/bin/sh", false);
	expect(fixture->exes, &second, NULL, false);
	expect(fixture->exes, &any, "/bin/sh", false);
	remove_process(fixture, 5);
	expect(fixture->exes, &any, NULL, false);
	make_process(fixture, 5, "/bin/ls", 9);
	expect(fixture->exes, &first, "/bin/sh", false);
	expect(fixture->exes, &second, "/bin/ls", false);
	expect(fixture->exes, &any, "/bin/ls", false);
	remove_process(fixture, 5);
	make_process(fixture, 5, "/bin/cat", 11);
	expect(fixture->exes, &any, "/bin/cat", false);
}

static void knows_nothing_of_some(void **state)
{
	struct fixture *fixture = *state;
	const struct process_id missing = { .pid = 5 }, kernel_thread = { .pid = 6 };

	expect(fixture->exes, &missing, NULL, false);
	make_process(fixture, 6, NULL, 1); /* readlink() fails */
	expect(fixture->exes, &kernel_thread, NULL, false);
	expect(fixture->exes, &kernel_thread, NULL, false);
	execs__free(NULL);
}

static void bounds_what_it_keeps(void **state)
{
	struct fixture *fixture = *state;
	int before = files__count_open(), round;
	char path[64];
	unsigned int i;

	for (i = 1; i <= 300; i++) {
		snprintf(path, sizeof(path), "/bin/%u", i);
		make_process(fixture, i, path, i);
	}
	for (round = 0; round < 4; round++) {
		for (i = 1; i <= 300; i++) {
			const struct process_id id = { i, i * TICK_NS, round & 1 };

			snprintf(path, sizeof(path), "/bin/%u", i);
			expect(fixture->exes, &id, path, false);
		}
	}
	assert_true(files__count_open() <= before + 256);
	execs__free(fixture->exes);
	assert_int_equal(files__count_open(), before);
	fixture->exes = new_execs(fixture, fixture->folder);
}

/* --- real processes --- */

/* Return the start time in ns, as proc(5) describes it. */
static __u64 start_of(pid_t pid)
{
	char path[64], text[1024];
	unsigned long long ticks;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_non_null(fgets(text, sizeof(text), file));
	fclose(file);
	assert_int_equal(sscanf(strrchr(text, ')') + 1,
				"%*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s "
				"%*s %*s %*s %llu",
				&ticks),
			 1);
	return ticks * (1000000000 / sysconf(_SC_CLK_TCK));
}

static void tells_deleted_files(void **state)
{
	static const char *const names[] = { "program", "program (deleted)" };
	struct fixture *fixture = *state;
	char path[PATH_SIZE];
	struct process_id id = {};
	int input, i;

	for (i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%s", fixture->folder, names[i]);
		files__copy("/bin/cat", path);
		id.pid = child__run(path, &input, NULL);
		id.start_ns = start_of(id.pid);
		expect(fixture->real, &id, path, false);
		unlink(path);
		expect(fixture->real, &id, path, true);
		/* Another file at this path is not the one that the process executes. */
		files__copy("/bin/cat", path);
		expect(fixture->real, &id, path, true);
		child__end(id.pid, input);
		expect(fixture->real, &id, path, true);
	}
}

static void tells_memory_files(void **state)
{
	struct fixture *fixture = *state;
	struct process_id id = {};
	char path[64], *data;
	int from = open("/bin/cat", O_RDONLY | O_CLOEXEC), input;
	off_t size = lseek(from, 0, SEEK_END);
	int memory = memfd_create("cat", MFD_CLOEXEC);

	data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, from, 0);
	assert_true(data != MAP_FAILED);
	assert_int_equal(write(memory, data, size), size);
	munmap(data, size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", memory);
	id.pid = child__run(path, &input, NULL);
	expect(fixture->real, &id, "/memfd:cat", true);
	child__end(id.pid, input);
	close(memory);
	close(from);
}

/* The shell executes cat when it is told to, and so becomes cat. */
static void follows_exec(void **state)
{
	struct fixture *fixture = *state;
	struct process_id id = {}, known;
	int input, output;
	char shell[PATH_SIZE], cat[PATH_SIZE], command[3 * PATH_SIZE], byte;

	snprintf(shell, sizeof(shell), "%s/shell", fixture->folder);
	snprintf(cat, sizeof(cat), "%s/cat", fixture->folder);
	files__copy("/bin/sh", shell);
	files__copy("/bin/cat", cat);
	snprintf(command, sizeof(command), "%s/run", fixture->folder);
	assert_int_equal(mkfifo(command, 0600), 0);
	id.pid = child__run(shell, &input, NULL);
	id.start_ns = start_of(id.pid);
	known = id;
	known.exec_id = 1;
	expect(fixture->real, &id, shell, false);
	expect(fixture->real, &known, shell, false);
	dprintf(input, "exec %s >%s\n", cat, command);
	/*
	 * The shell opens the FIFO and then reads no more. The first byte of output shows that cat
	 * runs.
	 */
	output = open(command, O_RDONLY | O_CLOEXEC);
	assert_true(output >= 0);
	assert_int_equal(write(input, "x", 1), 1);
	assert_int_equal(read(output, &byte, 1), 1);
	expect(fixture->real, &id, cat, false);
	expect(fixture->real, &known, shell, false);
	known.exec_id = 2;
	expect(fixture->real, &known, cat, false);
	close(output);
	child__end(id.pid, input);
	expect(fixture->real, &id, cat, false);
}

static void asks_for_the_right_start(void **state)
{
	struct fixture *fixture = *state;
	struct process_id id = { .pid = getpid(), .start_ns = start_of(getpid()) };
	char exe[PATH_SIZE];
	ssize_t size = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	assert_true(size > 0);
	exe[size] = '\0';
	expect(fixture->real, &id, exe, false);
	id.start_ns += 1000000000;
	expect(fixture->real, &id, NULL, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads_once_for_each_program),
		TEST(asks_no_later_program_for_an_earlier_one),
		TEST(reads_each_time_if_it_may_have_changed),
		TEST(tells_processes_with_one_pid),
		TEST(knows_nothing_of_some),
		TEST(bounds_what_it_keeps),
		TEST(tells_deleted_files),
		TEST(tells_memory_files),
		TEST(follows_exec),
		TEST(asks_for_the_right_start),
	};

	return cmocka_run_group_tests_name("execs", tests, NULL, NULL);
}
