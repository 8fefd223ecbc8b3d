// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "fixtures/child.h"
#include "fixtures/files.h"
#include "shared/wire_file.h"
#include "symbols/execs.h"

#define PATH_SIZE (2 * FILES_PATH_SIZE)

struct fixture {
	char folder[FILES_PATH_SIZE]; /* replaces /proc for processes made by the test */
	struct execs *exes;	      /* reads folder */
	struct execs *real;	      /* reads /proc */
	struct named_files *files;
	/* What the BPF side has noted, and for which program; none where the pid is 0. */
	struct exec_key key;
	struct exec noted;
	unsigned int nr_asked;
};

static bool find_noted(void *context, const struct exec_key *key, struct exec *exec)
{
	struct fixture *fixture = context;

	fixture->nr_asked++;
	*exec = fixture->noted;
	return fixture->key.pid && !memcmp(key, &fixture->key, sizeof(*key));
}

static struct execs *new_execs(struct fixture *fixture, const char *proc)
{
	const struct exec_source source = { fixture, find_noted };

	return execs__new(proc, &source, fixture->files);
}

static int begin(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	files__begin(fixture->folder);
	fixture->files = named_files__new();
	assert_non_null(fixture->files);
	fixture->exes = new_execs(fixture, fixture->folder);
	fixture->real = new_execs(fixture, "/proc");
	assert_non_null(fixture->exes);
	assert_non_null(fixture->real);
	*state = fixture;
	return 0;
}

static int end(void **state)
{
	struct fixture *fixture = *state;

	execs__free(fixture->exes);
	execs__free(fixture->real);
	named_files__free(fixture->files);
	files__end(fixture->folder);
	free(fixture);
	return 0;
}

#define KERNEL_OFFSET 1000000 /* what start times in /proc are behind those of the kernel */

static struct executed find(struct execs *exes, const struct process_id *id)
{
	struct executed executed;

	execs__find(exes, id, id->start_ns ? id->start_ns + KERNEL_OFFSET : 0, &executed);
	return executed;
}

static void expect(struct execs *exes, const struct process_id *id, const char *path, bool deleted)
{
	const struct executed exe = find(exes, id);

	if ((exe.path != NULL) != (path != NULL) || (path && strcmp(exe.path, path)))
		fail_msg("got %s, expected %s", exe.path, path);
	assert_int_equal(exe.deleted, deleted);
}

/* Make a process that executes exe and started at tick, or change one. */
static void make_process(const struct fixture *fixture, unsigned int pid, const char *exe,
			 unsigned int tick)
{
	char path[PATH_SIZE], stat[256];

	snprintf(path, sizeof(path), "%s/%u", fixture->folder, pid);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/%u/exe", fixture->folder, pid);
	unlink(path);
	if (exe)
		assert_int_equal(symlink(exe, path), 0);
	snprintf(path, sizeof(path), "%s/%u/stat", fixture->folder, pid);
	snprintf(stat, sizeof(stat),
		 "%u (a) b) S 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 %u 23 24\n", pid,
		 tick);
	files__write_text(path, stat);
}

static void remove_process(const struct fixture *fixture, unsigned int pid)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/%u", fixture->folder, pid);
	files__end(path);
}

#define TICK_NS 10000000ULL

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
	/* Of a process that has ended the last one is known, since its start time tells it apart.
	 */
	remove_process(fixture, 5);
	executed = find(fixture->exes, &id);
	expect_cmdline(&executed, longest, EXEC_CMDLINE_SIZE, true);
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

#define TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads_once_for_each_program),
		TEST(asks_no_later_program_for_an_earlier_one),
		TEST(reads_each_time_if_it_may_have_changed),
		TEST(tells_processes_with_one_pid),
		TEST(knows_nothing_of_some),
		TEST(bounds_what_it_keeps),
		TEST(reads_command_lines),
		TEST(knows_what_has_ended),
		TEST(believes_what_was_noted),
		TEST(asks_proc_for_the_rest),
		TEST(asks_for_no_unknown_process),
		TEST(tells_deleted_files),
		TEST(tells_memory_files),
		TEST(follows_exec),
		TEST(asks_for_the_right_start),
	};

	return cmocka_run_group_tests_name("execs", tests, NULL, NULL);
}
