// SPDX-License-Identifier: GPL-2.0
/* Tests addresses of real processes: this one and its children. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dlfcn.h>
#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "fixtures/child.h"
#include "fixtures/files.h"
#include "fixtures/user_frames.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

#define PATH_SIZE (2 * FILES_PATH_SIZE)

struct fixture {
	char folder[FILES_PATH_SIZE]; /* for the test's files */
	struct user_symbols *symbols;
};

static int begin(void **state)
{
	static struct fixture fixture;

	files__begin(fixture.folder);
	fixture.symbols = user_symbols__new("/proc");
	assert_non_null(fixture.symbols);
	*state = &fixture;
	return 0;
}

static int end(void **state)
{
	struct fixture *fixture = *state;

	user_symbols__free(fixture->symbols);
	files__end(fixture->folder);
	return 0;
}

static struct process_id self(void)
{
	return (struct process_id){ .pid = getpid() };
}

__attribute__((noinline)) static int function_of_this_program(int number)
{
	return number * 3 + 1;
}

static void finds_functions_of_this_program(void **state)
{
	struct fixture *fixture = *state;
	const struct process_id id = self();
	uintptr_t address = (uintptr_t)function_of_this_program;
	struct user_frame frame = find(fixture->symbols, &id, address + 1);
	char exe[PATH_SIZE];
	ssize_t size = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	assert_true(size > 0);
	exe[size] = '\0';
	assert_int_equal(function_of_this_program(2), 7);
	assert_string_equal(frame.path, exe);
	assert_string_equal(frame.module, strrchr(exe, '/') + 1);
	assert_false(frame.deleted);
	expect_symbol(&frame, "function_of_this_program", 1);
}

/* The dynamic linker knows the function, too, but may prefer another name for the same address. */
static void agrees_with_the_dynamic_linker(void **state)
{
	static const char *const names[] = { "elf_begin", "elf_strptr", "gelf_getsym", "qsort" };
	struct fixture *fixture = *state;
	const struct process_id id = self();
	struct user_frame frame;
	Dl_info info;
	size_t i;

	for (i = 0; i < NR(names); i++) {
		uintptr_t address = (uintptr_t)dlsym(RTLD_DEFAULT, names[i]);
		char path[PATH_MAX];

		assert_true(address != 0);
		assert_true(dladdr((void *)address, &info) != 0);
		frame = find(fixture->symbols, &id, address + 2);
		assert_string_equal(frame.path, realpath(info.dli_fname, path));
		/*
		 * Libraries are linked at address 0, so the ELF address is the distance from their
		 * base.
		 */
		assert_int_equal(frame.offset, address + 2 - (uintptr_t)info.dli_fbase);
		assert_true(frame.elf_address);
		assert_non_null(frame.symbol);
		assert_int_equal(frame.symbol_offset, address + 2 - (uintptr_t)info.dli_saddr);
		assert_ptr_equal(dlsym(RTLD_DEFAULT, frame.symbol), address);
	}
}

static void describes_code_without_a_file(void **state)
{
	struct fixture *fixture = *state;
	const struct process_id id = self();
	uintptr_t vdso = getauxval(AT_SYSINFO_EHDR);
	int memory = memfd_create("code", MFD_CLOEXEC);
	struct user_frame frame;
	char *code, *shared;

	code = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_true(code != MAP_FAILED);
	assert_int_equal(ftruncate(memory, 8192), 0);
	shared = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_SHARED, memory, 4096);
	assert_true(shared != MAP_FAILED);
	frame = find(fixture->symbols, &id, (uintptr_t)code + 16);
	/* Two anonymous mappings may have been merged, so the offset is unknown. */
	assert_string_equal(frame.module, "[anonymous]");
	frame = find(fixture->symbols, &id, (uintptr_t)shared + 16);
	expect_at(&frame, "/memfd:code", "memfd:code", 4096 + 16);
	assert_true(frame.deleted);
	if (vdso) {
		frame = find(fixture->symbols, &id, vdso + 16);
		expect_at(&frame, "[vdso]", "[vdso]", 16);
	}
	/* Data is not executable, and so not among the mappings. */
	frame = find(fixture->symbols, &id, (uintptr_t)fixture);
	expect_unknown(&frame);
	munmap(shared, 4096);
	munmap(code, 4096);
	close(memory);
}

/*
 * Return the address of the first executable mapping of the program's file, as the kernel shows it.
 */
static __u64 text_of(pid_t pid, const char *name)
{
	char path[64], line[4096];
	unsigned long long start = 0;
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	file = fopen(path, "r");
	assert_non_null(file);
	while (!found && fgets(line, sizeof(line), file))
		found = strstr(line, name) && strstr(line, " r-xp ") &&
			sscanf(line, "%llx-", &start) == 1;
	fclose(file);
	assert_true(found);
	return start;
}

static void forgets_nothing_but_processes_that_are_gone(void **state)
{
	struct fixture *fixture = *state;
	struct process_id id = {};
	struct user_frame frame;
	int input;
	__u64 text;

	id.pid = child__run("/bin/cat", &input, NULL);
	text = text_of(id.pid, "cat");
	frame = find(fixture->symbols, &id, text);
	assert_string_equal(frame.module, "cat");
	child__end(id.pid, input);
	frame = find(fixture->symbols, &id, text);
	expect_unknown(&frame);
	id.exec_id = 3;
	frame = find(fixture->symbols, &id, text);
	expect_unknown(&frame);
}

static void finds_stripped_and_deleted_files(void **state)
{
	struct fixture *fixture = *state;
	char path[PATH_SIZE], command[3 * PATH_SIZE];
	struct process_id id = {};
	struct user_frame frame;
	int input;
	__u64 text;

	snprintf(path, sizeof(path), "%s/stripped", fixture->folder);
	snprintf(command, sizeof(command), "strip -o %s /bin/cat", path);
	if (system(command)) {
		print_message("there is no strip(1) here\n");
		skip();
	}
	id.pid = child__run(path, &input, NULL);
	text = text_of(id.pid, "/stripped");
	frame = find(fixture->symbols, &id, text);
	assert_string_equal(frame.path, path);
	assert_true(frame.elf_address);
	assert_null(frame.symbol);
	assert_false(frame.deleted);
	unlink(path);
	frame = find(fixture->symbols, &id, text);
	assert_string_equal(frame.path, path);
	assert_string_equal(frame.module, "stripped");
	assert_true(frame.deleted);
	/* This file can only be opened through map_files. */
	if (!geteuid())
		assert_true(frame.elf_address);
	child__end(id.pid, input);
}

/* This mount is visible in the child only. */
static int mount_over(const char *path)
{
	char folder[PATH_SIZE];
	int from, size;
	char *data;

	snprintf(folder, sizeof(folder), "%s", path);
	*strrchr(folder, '/') = '\0';
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return -1;
	from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (from < 0 || mount("none", folder, "tmpfs", 0, NULL))
		return -1;
	size = lseek(from, 0, SEEK_END);
	data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, from, 0);
	from = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	if (data == MAP_FAILED || write(from, data, size) != size)
		return -1;
	close(from);
	/* Run this program again, which then waits: see main(). */
	setenv("USER_SYMBOLS_WAIT", "1", 1);
	return 0;
}

/* Keep CAP_SYS_PTRACE, but drop what map_files needs. */
static bool drop_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};

	if (syscall(SYS_capget, &header, data))
		return false;
	data[CAP_TO_INDEX(CAP_SYS_ADMIN)].effective &= ~CAP_TO_MASK(CAP_SYS_ADMIN);
	data[CAP_TO_INDEX(CAP_CHECKPOINT_RESTORE)].effective &=
		~CAP_TO_MASK(CAP_CHECKPOINT_RESTORE);
	return !syscall(SYS_capset, &header, data);
}

/* Return the address of function_of_this_program() in another process that runs this program. */
static __u64 function_in(pid_t pid, const char *name)
{
	char link[64], exe[PATH_SIZE];
	ssize_t size = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	snprintf(link, sizeof(link), "/proc/%d/maps", pid);
	assert_true(size > 0);
	exe[size] = '\0';
	return text_of(pid, name) + (uintptr_t)function_of_this_program - text_of(getpid(), exe);
}

static void finds_files_of_another_mount_namespace(void **state)
{
	struct fixture *fixture = *state;
	struct process_id id = {};
	struct user_frame frame;
	char path[PATH_SIZE];
	int input, status;
	__u64 address;
	pid_t child;

	if (geteuid()) {
		print_message("only root can make a mount namespace\n");
		skip();
	}
	snprintf(path, sizeof(path), "%s/hidden", fixture->folder);
	id.pid = child__run(path, &input, mount_over);
	assert_int_equal(access(path, F_OK), -1);
	address = function_in(id.pid, "/hidden");
	frame = find(fixture->symbols, &id, address + 1);
	assert_string_equal(frame.path, path);
	expect_symbol(&frame, "function_of_this_program", 1);

	child = fork();
	assert_true(child >= 0);
	if (!child) {
		struct user_symbols *symbols = user_symbols__new("/proc");

		if (!symbols || !drop_capabilities())
			_exit(1);
		frame = find(symbols, &id, address + 1);
		_exit(!frame.symbol || strcmp(frame.symbol, "function_of_this_program"));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	child__end(id.pid, input);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(finds_functions_of_this_program),
		TEST(agrees_with_the_dynamic_linker),
		TEST(describes_code_without_a_file),
		TEST(forgets_nothing_but_processes_that_are_gone),
		TEST(finds_stripped_and_deleted_files),
		TEST(finds_files_of_another_mount_namespace),
	};
	char byte;

	if (getenv("USER_SYMBOLS_WAIT"))
		return read(STDIN_FILENO, &byte, 1) != 0;
	return cmocka_run_group_tests_name("user_symbols_real", tests, NULL, NULL);
}
