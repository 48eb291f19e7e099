//! Style sheets and boxes.

use super::*;

impl Recorder {
    pub(super) fn sheet(&mut self, pack: &mut Pack<'_>, resolve: &Resolve<'_>) -> Result<(), BadPack> {
        let id = SheetId(pack.number()?);
        let media = pack.string()?;
        let base = pack.string()?;
        let media = self.clean_css(media, "", resolve);
        let text = pack.string()?;
        let text = self.clean_css(text, base.fact(), resolve);
        self.encoder.op(&Op::Sheet { sheet: id, media: cut(&media, limits::MAX_ATTR), text: cut(&text, limits::MAX_TEXT) });
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
        self.lists.insert(root, sheets);
        let lists = &self.lists;
        self.sheets.retain(|id, _| lists.values().any(|l| l.contains(id)));
        Ok(())
    }

    pub(super) fn measured_box(&mut self, pack: &mut Pack<'_>) -> Result<(), BadPack> {
        let (id, width, height) = (NodeId(pack.number()?), pack.number()?, pack.number()?);
        if self.tree.get(id).is_none() || self.is_hidden(id) && !self.known.contains_key(&id) {
            return Ok(());
        }
        if width == u32::MAX {
            self.unset(id, &state::BOX.into());
        } else {
            let value = format!("{},{}", decimal::write(f64::from(width) / 64.0), decimal::write(f64::from(height) / 64.0));
            self.set(id, &state::BOX.into(), &value);
        }
        Ok(())
    }
}
