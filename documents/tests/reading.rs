//! Every kind of document, and every kind of bad one.
#![allow(clippy::unwrap_used, reason = "test code")]

use hakim_documents::{Kind, ReadError, Reading, read};
use proptest::prelude::*;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

fn text_of(reading: &Reading) -> String {
    reading.blocks.iter().map(|b| b.text.as_str()).collect::<Vec<_>>().join("|")
}

#[test]
fn a_web_page_keeps_headings_and_leaves_scripts() {
    let page = "<html><head><title>Snake bite</title><script>var x = 'no';</script></head><body><nav>Menu</nav>
        <h2>First aid</h2><p>Keep the limb <b>still</b> &amp; calm.<p>Do not cut.<h2>Hospital</h2><table><tr><td>Antivenom<td>yes</table>";
    let reading = read("x.html", page.as_bytes()).unwrap();
    assert_eq!((reading.kind, reading.title.as_str()), (Kind::Html, "Snake bite"));
    assert_eq!(reading.blocks[0].heading, "First aid");
    assert_eq!(text_of(&reading), "Keep the limb still & calm. Do not cut.|Antivenom yes");
}

#[test]
fn questions_of_an_xml_collection_are_headings() {
    let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Document><Focus>Rabies</Focus><FocusAnnotations><CUI>C1</CUI></FocusAnnotations>
        <QAPairs><QAPair><Question>How is it prevented?</Question><Answer>Wash the wound.\n\nGive vaccine &lt; 1 day.</Answer></QAPair></QAPairs></Document>";
    let reading = read("r.xml", xml.as_bytes()).unwrap();
    assert_eq!((reading.title.as_str(), reading.blocks[0].heading.as_str()), ("Rabies", "How is it prevented?"));
    assert_eq!(reading.blocks[0].text, "Wash the wound. Give vaccine < 1 day.");
}

#[test]
fn markdown_and_text_are_read() {
    let reading = read("a.md", "# Malaria\n\nTest *all* fevers.\n\n- one\n- two\n".as_bytes()).unwrap();
    assert_eq!((reading.title.as_str(), text_of(&reading).as_str()), ("Malaria", "Test all fevers. one two"));
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain("بخار".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(text_of(&read("b.txt", &utf16).unwrap()), "بخار");
}

fn book(chapter: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(vec![]));
    for (name, text) in [
        ("mimetype", "application/epub+zip"),
        (
            "META-INF/container.xml",
            "<container><rootfiles><rootfile full-path=\"OEBPS/book.opf\"/></rootfiles></container>",
        ),
        (
            "OEBPS/book.opf",
            "<package xmlns:dc=\"x\"><metadata><dc:title>Ward book</dc:title></metadata><manifest><item id=\"c1\" href=\"text/c%201.xhtml\"/></manifest><spine><itemref idref=\"c1\"/><itemref idref=\"gone\"/></spine></package>",
        ),
        ("OEBPS/text/c 1.xhtml", chapter),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_book_is_read_along_its_spine() {
    let reading = read("b.epub", &book("<html><body><h1>Burns</h1><p>Cool with water.</p></body></html>")).unwrap();
    assert_eq!((reading.title.as_str(), reading.blocks[0].page), ("Ward book", Some(1)));
    assert_eq!((reading.blocks[0].heading.as_str(), reading.blocks[0].text.as_str()), ("Burns", "Cool with water."));
}

/// A small PDF with one page of text, written by hand.
fn pdf(text: &str) -> Vec<u8> {
    let stream = format!("BT /F1 12 Tf 72 720 Td ({text}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{stream}\nendstream", stream.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
    ];
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut places = vec![];
    for (i, object) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n{object}\nendobj\n", i + 1).bytes());
    }
    let start = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    places.iter().for_each(|p| out.extend(format!("{p:010} 00000 n \n").bytes()));
    out.extend(format!("trailer << /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF", objects.len() + 1).bytes());
    out
}

#[test]
fn a_pdf_gives_its_pages() {
    let reading = read("guide.pdf", &pdf("Give oral rehydration salts")).unwrap();
    assert_eq!((reading.title.as_str(), reading.blocks[0].page), ("guide", Some(1)));
    assert!(reading.blocks[0].text.contains("oral rehydration"), "{:?}", reading.blocks);
}

#[test]
fn bad_files_are_refused_in_words() {
    assert_eq!(read("a.pdf", b""), Err(ReadError::Empty));
    assert_eq!(read("a.exe", b"MZ\x90"), Err(ReadError::UnknownKind));
    assert_eq!(read("a.txt", &[0xff, 0x41, 0x80, 0x81]), Err(ReadError::Encoding));
    assert_eq!(read("a.txt", &[0; 64]), Err(ReadError::Encoding));
    assert_eq!(read("a.html", b"<html><script>x</script></html>"), Err(ReadError::NoText));
    let whole = pdf("x");
    assert!(matches!(read("a.pdf", &whole[..40]), Err(ReadError::Damaged(_))));
    let torn = book("<p>x</p>");
    assert!(matches!(read("a.epub", &torn[..torn.len() / 2]), Err(ReadError::Damaged(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn changed_bytes_never_end_in_a_panic(at in 0usize..700, to in any::<u8>(), which in 0usize..3) {
        let (name, mut bytes) = match which {
            0 => ("a.pdf", pdf("Give oral rehydration salts")),
            1 => ("a.epub", book("<h1>Burns</h1><p>Cool</p>")),
            _ => ("a.xml", b"<?xml version=\"1.0\"?><a><b>text &amp; more</b></a>".to_vec()),
        };
        let at = at % bytes.len();
        bytes[at] = to;
        let _ = read(name, &bytes);
    }
}
