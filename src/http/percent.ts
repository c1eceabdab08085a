/** The bytes of a percent-encoded text (RFC 3986 section 2.1); a percent sign that encodes nothing stands for itself. */
export function percentDecode(text: string): Buffer {
  const decoded = text.replaceAll(/%([\da-f]{2})/gi, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(decoded, 'latin1');
}
