/* SPDX-License-Identifier: GPL-2.0 */
/* A small ELF file with functions of a test's choice, made by libelf. */
#ifndef TESTS_ELF_FILE_H
#define TESTS_ELF_FILE_H

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include <gelf.h>
#include <libelf.h>

/* The bytes at TEXT_OFFSET in the file are loaded at TEXT_ADDRESS. Only headers are in the file. */
#define ELF_FILE_TEXT_OFFSET  0x2000
#define ELF_FILE_TEXT_ADDRESS 0x405000
#define ELF_FILE_TEXT_SIZE    0x1000

struct elf_file_symbol {
	const char *name;
	unsigned long value, size;
	int type, binding;
	int section; /* ELF_FILE_TEXT, SHN_UNDEF, SHN_ABS */
};

/* Numbers of sections. */
#define ELF_FILE_TEXT	 1
#define ELF_FILE_STRINGS 2
#define ELF_FILE_SYMBOLS 3
#define ELF_FILE_NAMES	 4

struct elf_file {
	int class;	    /* ELFCLASS64, ELFCLASS32 */
	int encoding;	    /* ELFDATA2LSB, ELFDATA2MSB */
	unsigned int table; /* SHT_SYMTAB, SHT_DYNSYM */
	const struct elf_file_symbol *symbols;
	int nr_symbols;
};

/* NULL on failure. */
static inline Elf_Data *elf_file__add_section(Elf *elf, GElf_Shdr header, Elf_Type type,
					      void *bytes, size_t size)
{
	Elf_Scn *section = elf_newscn(elf);
	Elf_Data *data = section ? elf_newdata(section) : NULL;

	if (!data)
		return NULL;
	data->d_type = type;
	data->d_buf = bytes;
	data->d_size = size;
	data->d_align = 1;
	return gelf_update_shdr(section, &header) ? data : NULL;
}

/* The names first, to which the table refers. */
static inline bool elf_file__add_symbols(Elf *elf, const struct elf_file *file)
{
	static char strings[65536], table[65536];
	GElf_Shdr header = { .sh_type = SHT_STRTAB };
	GElf_Sym symbol = {};
	Elf_Data *names, *data;
	int i;

	memset(strings, 0, sizeof(strings));
	memset(table, 0, sizeof(table));
	names = elf_file__add_section(elf, header, ELF_T_BYTE, strings, 1);
	header.sh_type = file->table;
	header.sh_link = ELF_FILE_STRINGS;
	header.sh_entsize = gelf_fsize(elf, ELF_T_SYM, 1, EV_CURRENT);
	data = elf_file__add_section(elf, header, ELF_T_SYM, table,
				     (file->nr_symbols + 1) * header.sh_entsize);
	if (!names || !data || data->d_size > sizeof(table))
		return false;
	for (i = 0; i < file->nr_symbols; i++) {
		const struct elf_file_symbol *from = &file->symbols[i];

		symbol.st_name = names->d_size;
		symbol.st_value = from->value;
		symbol.st_size = from->size;
		symbol.st_info = GELF_ST_INFO(from->binding, from->type);
		symbol.st_shndx = from->section;
		if (names->d_size + strlen(from->name) + 1 > sizeof(strings) ||
		    !gelf_update_sym(data, i + 1, &symbol))
			return false;
		strcpy(strings + names->d_size, from->name);
		names->d_size += strlen(from->name) + 1;
	}
	return true;
}

static inline bool elf_file__add_segments(Elf *elf)
{
	GElf_Phdr header = { .p_type = PT_NOTE, .p_offset = ELF_FILE_TEXT_OFFSET, .p_filesz = 16 };

	if (!gelf_newphdr(elf, 2) || !gelf_update_phdr(elf, 0, &header))
		return false;
	header.p_type = PT_LOAD;
	header.p_flags = PF_R | PF_X;
	header.p_vaddr = ELF_FILE_TEXT_ADDRESS;
	header.p_filesz = header.p_memsz = ELF_FILE_TEXT_SIZE;
	return gelf_update_phdr(elf, 1, &header);
}

static inline bool elf_file__fill(Elf *elf, const struct elf_file *file)
{
	static char names[] = "\0.names", text[256];
	GElf_Ehdr header;

	if (!gelf_newehdr(elf, file->class) || !gelf_getehdr(elf, &header))
		return false;
	header.e_ident[EI_DATA] = file->encoding;
	header.e_type = ET_DYN;
	header.e_machine = EM_X86_64;
	header.e_version = EV_CURRENT;
	header.e_shstrndx = ELF_FILE_NAMES;
	return gelf_update_ehdr(elf, &header) && elf_file__add_segments(elf) &&
	       elf_file__add_section(elf,
				     (GElf_Shdr){ .sh_type = SHT_PROGBITS,
						  .sh_flags = SHF_ALLOC | SHF_EXECINSTR,
						  .sh_addr = ELF_FILE_TEXT_ADDRESS },
				     ELF_T_BYTE, text, sizeof(text)) &&
	       elf_file__add_symbols(elf, file) &&
	       elf_file__add_section(elf, (GElf_Shdr){ .sh_name = 1, .sh_type = SHT_STRTAB },
				     ELF_T_BYTE, names, sizeof(names)) &&
	       elf_update(elf, ELF_C_WRITE) > 0;
}

/* Writes the file to fd. Its section of text has 256 bytes. */
static inline bool elf_file__write(int fd, const struct elf_file *file)
{
	bool done;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_WRITE, NULL);
	done = elf && elf_file__fill(elf, file);
	elf_end(elf);
	return done;
}

#endif /* TESTS_ELF_FILE_H */
