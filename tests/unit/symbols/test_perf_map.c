// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fixtures/files.h"
#include "symbols/perf_map.h"

#define PID 123

static void read_text(struct perf_map *map, const char *text, size_t size)
{
	int fd = memfd_create("map", MFD_CLOEXEC);
	struct stat status;

	assert_int_equal(write(fd, text, size), size);
	assert_int_equal(fstat(fd, &status), 0);
	lseek(fd, 0, SEEK_SET);
	perf_map__read(map, fd, &status);
	assert_true(perf_map__is_current(map, &status));
	status.st_size++;
	assert_false(perf_map__is_current(map, &status));
	close(fd);
}

static void expect(const struct perf_map *map, __u64 address, const char *name, __u64 offset)
{
	__u64 found_offset = 0;
	const char *found = perf_map__find(map, address, &found_offset);

	if (!name) {
		assert_null(found);
		return;
	}
	assert_non_null(found);
	assert_string_equal(found, name);
	assert_int_equal(found_offset, offset);
}

static void finds_functions(void **state)
{
	static const char text[] = "3000 10 Lcom/shop/Cart;::add(I)\n"
				   "0x1000 0x20 with spaces in it\n"
				   "no numbers\n"
				   "2000 10 replaced\n"
				   "1800 0 empty\n"
				   "2000 8 again\n"
				   "4000 10\n"
				   "5000 10 with\0NUL\n"
				   "6000 10 not whole";
	struct perf_map map = {};

	(void)state;
	read_text(&map, text, sizeof(text) - 1);
	expect(&map, 0xfff, NULL, 0);
	expect(&map, 0x101f, "with spaces in it", 0x1f);
	expect(&map, 0x1020, NULL, 0);
	expect(&map, 0x1800, NULL, 0);
	expect(&map, 0x2007, "again", 7);
	expect(&map, 0x2008, NULL, 0);
	expect(&map, 0x3001, "Lcom/shop/Cart;::add(I)", 1);
	expect(&map, 0x4000, NULL, 0);
	expect(&map, 0x5000, NULL, 0);
	expect(&map, 0x6000, NULL, 0);
	expect(&map, UINT64_MAX, NULL, 0);
	perf_map__free(&map);
}

static void reads_so_much_only(void **state)
{
	const size_t size = 20 << 20;
	char *text = malloc(size);
	struct perf_map map = {};
	size_t used = 0;
	int i;

	(void)state;
	for (i = 1; used < size - 64; i++)
		used += (size_t)sprintf(text + used, "%x0 8 f%d\n", i, i);
	read_text(&map, text, used);
	assert_true(map.nr_functions > 100000 && map.nr_functions <= 131072);
	expect(&map, 0x10, "f1", 0);
	perf_map__free(&map);
	free(text);
}

struct process {
	char folder[FILES_PATH_SIZE];
	char tmp[2 * FILES_PATH_SIZE]; /* /tmp as the process sees it */
	char map[3 * FILES_PATH_SIZE];
	int fd; /* of the folder, in place of /proc/PID */
};

/* A process whose root is its own folder, and whose innermost pid is 7. */
static void begin(struct process *process)
{
	char path[FILES_PATH_SIZE + sizeof("/status")];

	files__begin(process->folder);
	snprintf(path, sizeof(path), "%s/root", process->folder);
	assert_int_equal(mkdir(path, 0755), 0);
	snprintf(process->tmp, sizeof(process->tmp), "%s/tmp", path);
	assert_int_equal(mkdir(process->tmp, 0755), 0);
	snprintf(path, sizeof(path), "%s/status", process->folder);
	files__write_text(path, "Name:\tjava\nNStgid:\t123\t7\nNSpid:\t123\t7\nNSpgid:\t1\t1\n");
	snprintf(process->map, sizeof(process->map), "%s/perf-7.map", process->tmp);
	process->fd = open(process->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static bool opens(const struct process *process, uid_t uid)
{
	struct stat status;
	int fd = perf_map__open(process->fd, PID, uid, &status);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void opens_only_the_process_s_own_file(void **state)
{
	char other[3 * FILES_PATH_SIZE];
	struct process process;

	(void)state;
	begin(&process);
	assert_false(opens(&process, getuid())); /* not there */
	assert_int_equal(mkfifo(process.map, 0600), 0);
	assert_false(opens(&process, getuid()));
	unlink(process.map);
	snprintf(other, sizeof(other), "%s/other", process.tmp);
	files__write_text(other, "1000 10 a\n");
	assert_int_equal(symlink("other", process.map), 0);
	assert_false(opens(&process, getuid()));
	unlink(process.map);
	assert_int_equal(rename(other, process.map), 0);
	assert_true(opens(&process, getuid()));
	if (!getuid()) { /* of another user than the process */
		assert_int_equal(chown(process.map, 1234, 1234), 0);
		assert_false(opens(&process, getuid()));
		assert_true(opens(&process, 1234));
	}
	close(process.fd);
	files__end(process.folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_functions),
		cmocka_unit_test(reads_so_much_only),
		cmocka_unit_test(opens_only_the_process_s_own_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
