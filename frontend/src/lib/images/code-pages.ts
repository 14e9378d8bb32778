import type { components } from '$lib/api/schema';

type CodePage = NonNullable<components['schemas']['ZipImport']['names_encoding']>;

/** The code pages in which a zip may have its names, in words. */
export const CODE_PAGES: Record<CodePage, string> = {
  'utf-8': 'Unicode (UTF-8)',
  gb18030: 'Simplified Chinese (GBK)',
  big5: 'Traditional Chinese (Big5)',
  cp932: 'Japanese (Shift-JIS)',
  cp949: 'Korean (CP949)',
  cp866: 'Cyrillic, DOS (CP866)',
  cp1251: 'Cyrillic, Windows (CP1251)',
  cp437: 'American (CP437)',
  cp850: 'Western Europe, DOS (CP850)',
  cp1252: 'Western Europe, Windows (CP1252)',
  cp852: 'Central Europe, DOS (CP852)',
  cp1250: 'Central Europe, Windows (CP1250)',
  cp737: 'Greek, DOS (CP737)',
  cp1253: 'Greek, Windows (CP1253)',
  cp857: 'Turkish, DOS (CP857)',
  cp1254: 'Turkish, Windows (CP1254)',
  cp862: 'Hebrew, DOS (CP862)',
  cp1255: 'Hebrew, Windows (CP1255)',
  cp1256: 'Arabic, Windows (CP1256)',
  cp874: 'Thai (CP874)'
};
