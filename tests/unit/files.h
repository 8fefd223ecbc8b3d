/* SPDX-License-Identifier: GPL-2.0 */
/* A folder for a test's files, removed with all that is in it. */
#ifndef TESTS_FILES_H
#define TESTS_FILES_H

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_PATH_SIZE 512

static int files__remove_one(const char *path, const struct stat *status, int type,
			     struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

/* Makes an empty folder. folder has FILES_PATH_SIZE bytes. */
static inline void files__begin(char *folder)
{
	snprintf(folder, FILES_PATH_SIZE, "/tmp/sockcreate-test.XXXXXX");
	assert_non_null(mkdtemp(folder));
}

static inline void files__end(const char *folder)
{
	assert_int_equal(nftw(folder, files__remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

/* Makes a file with these bytes in it, in place of what was in it. */
static inline void files__write(const char *path, const void *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, size), size);
	close(fd);
}

static inline void files__write_text(const char *path, const char *text)
{
	files__write(path, text, strlen(text));
}

static inline void files__copy(const char *from, const char *to)
{
	int fd = open(from, O_RDONLY | O_CLOEXEC);
	struct stat status;
	char *data;

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &status), 0);
	data = malloc(status.st_size);
	assert_non_null(data);
	assert_int_equal(read(fd, data, status.st_size), status.st_size);
	close(fd);
	files__write(to, data, status.st_size);
	free(data);
}

/* How many descriptors this process has open. */
static inline int files__count_open(void)
{
	DIR *folder = opendir("/proc/self/fd");
	int number = 0;

	assert_non_null(folder);
	while (readdir(folder))
		number++;
	closedir(folder);
	return number;
}

#endif /* TESTS_FILES_H */
