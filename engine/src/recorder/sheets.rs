//! Style sheets and boxes.

use super::judge::has_no_size;
use super::*;

impl Recorder {
    pub(super) fn sheet(&mut self, pack: &mut Pack<'_>, resolve: &Resolve<'_>) -> Result<(), BadPack> {
        let id = SheetId(pack.number()?);
        let media = pack.string()?;
        let base = pack.string()?;
        let media = self.clean_css(media, "", resolve);
        let text = pack.string()?;
        let text = self.clean_css(text, base.fact(), resolve);
        let (media, text) = (cut(&media, limits::MAX_ATTR).to_owned(), cut(&text, limits::MAX_TEXT).to_owned());
        self.encoder.op(&Op::Sheet { sheet: id, media: &media, text: &text });
        self.sums.put(id, &media, &text);
        self.sheets.insert(id, StoredSheet { media, text, rules: Vec::new() });
        Ok(())
    }

    pub(super) fn rules(&mut self, pack: &mut Pack<'_>, resolve: &Resolve<'_>) -> Result<(), BadPack> {
        let id = SheetId(pack.number()?);
        let (index, remove, n) = (pack.number()?, pack.number()?, pack.number()?);
        let base = pack.string()?;
        let mut insert = Vec::new();
        for _ in 0..n {
            let rule = pack.string()?;
            insert.push(self.clean_css(rule, base.fact(), resolve));
        }
        self.encoder.op(&Op::Rules { sheet: id, index, remove, insert: insert.iter().map(String::as_str).collect() });
        self.sums.rules(id, index as usize, remove as usize, insert.iter().map(String::as_str));
        let stored = self.sheets.entry(id).or_insert_with(|| StoredSheet { media: String::new(), text: String::new(), rules: Vec::new() });
        let at = (index as usize).min(stored.rules.len());
        let end = (at + remove as usize).min(stored.rules.len());
        stored.rules.splice(at..end, insert);
        Ok(())
    }

    pub(super) fn clean_css(&mut self, raw: Raw<'_>, base: &str, resolve: &Resolve<'_>) -> String {
        let policy = self.policy.clone();
        privacy::sheet(&policy, raw, self.resource_of(base, resolve))
    }

    pub(super) fn sheet_list(&mut self, pack: &mut Pack<'_>) -> Result<(), BadPack> {
        let root = NodeId(pack.number()?);
        let n = pack.number()? as usize;
        if n > pack.left() {
            return Err(BadPack);
        }
        let sheets = (0..n).map(|_| pack.number().map(SheetId)).collect::<Result<Vec<_>, _>>()?;
        if self.tree.get(root).is_none() {
            return Ok(());
        }
        self.encoder.op(&Op::Sheets { root, sheets: sheets.clone() });
        self.sums.list(root, &sheets);
        self.lists.insert(root, sheets);
        Ok(())
    }

    /// Lets go of sheets that stand on no list. Not before a reading's end: one may come off a list and onto another.
    pub(super) fn settle_sheets(&mut self) {
        for id in self.sums.settle() {
            self.sheets.remove(&id);
        }
    }

    pub(super) fn write_sheet(&mut self, id: SheetId) {
        let Some(sheet) = self.sheets.get(&id) else { return };
        self.encoder.op(&Op::Sheet { sheet: id, media: &sheet.media, text: &sheet.text });
        if !sheet.rules.is_empty() {
            let insert: Vec<&str> = sheet.rules.iter().map(String::as_str).collect();
            self.encoder.op(&Op::Rules { sheet: id, index: 0, remove: 0, insert });
        }
    }

    pub(super) fn write_lists(&mut self) {
        let mut roots: Vec<NodeId> = self.lists.keys().copied().collect();
        roots.sort_unstable();
        for root in roots {
            let sheets = self.lists[&root].clone();
            self.encoder.op(&Op::Sheets { root, sheets });
        }
    }

    /// Whether the replica cannot give an element its size by itself: it is hidden, or something else stands for it.
    pub(super) fn keeps_box(&self, id: NodeId) -> bool {
        self.tree.get(id).is_some_and(|node| {
            let is_unsized = node.name().is_some_and(|(space, name)| space == Space::Html && has_no_size(name));
            is_unsized || node.attr(state::MASK).is_some() || node.attr(state::PLACEHOLDER).is_some_and(|kind| kind != "broken")
        })
    }

    pub(super) fn measured_box(&mut self, pack: &mut Pack<'_>) -> Result<(), BadPack> {
        let (id, width, height) = (NodeId(pack.number()?), pack.number()?, pack.number()?);
        let (above, below) = (pack.number()?, pack.number()?);
        if self.tree.get(id).is_none() || self.is_hidden(id) && !self.known.contains(id) {
            return Ok(());
        }
        if width == u32::MAX || !self.keeps_box(id) {
            self.unset(id, &state::BOX.into());
        } else {
            let sides = [width, height, above, below].map(|units| decimal::write(f64::from(units) / 64.0));
            let value = sides[..if above == 0 && below == 0 { 2 } else { 4 }].join(",");
            self.set(id, &state::BOX.into(), &value);
        }
        Ok(())
    }
}
