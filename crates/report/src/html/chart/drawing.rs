//! Shapes on a drawing. Looks are named by class and given by the style sheet.

/// One SVG.
pub(in crate::html) struct Drawing {
    /// `wide` or `narrow`.
    pub(in crate::html) class: &'static str,
    pub(in crate::html) width: f64,
    pub(in crate::html) height: f64,
    pub(in crate::html) shapes: Vec<Shape>,
}

/// What the template knows how to write.
pub(in crate::html) enum Shape {
    Area { x: f64, y: f64, width: f64, height: f64, class: String, says: String },
    Path { d: String, class: String },
    Dot { x: f64, y: f64, r: f64, class: String },
    Text { x: f64, y: f64, class: String, text: String },
}

impl Drawing {
    pub(super) fn new(class: &'static str, width: f64, height: f64) -> Self {
        Self { class, width, height, shapes: Vec::new() }
    }

    /// A rectangle that says what it stands for when pointed at.
    pub(super) fn area(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), class: &str, says: String) {
        let [x, y, width, height] = [x, y, width, height].map(tenth);
        self.shapes.push(Shape::Area { x, y, width, height, class: class.to_owned(), says });
    }

    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), class: &str) {
        self.path(&[from, to], class);
    }

    /// A line through points; a single point becomes a dot.
    pub(super) fn path(&mut self, points: &[(f64, f64)], class: &str) {
        match points {
            [] => {}
            [(x, y)] => self.dot((*x, *y), 2.0, class),
            points => self.shapes.push(Shape::Path { d: through(points), class: class.to_owned() }),
        }
    }

    pub(super) fn dot(&mut self, (x, y): (f64, f64), r: f64, class: &str) {
        self.shapes.push(Shape::Dot { x: tenth(x), y: tenth(y), r, class: class.to_owned() });
    }

    pub(super) fn text(&mut self, (x, y): (f64, f64), class: &str, text: impl Into<String>) {
        self.shapes.push(Shape::Text { x: tenth(x), y: tenth(y), class: class.to_owned(), text: text.into() });
    }
}

fn through(points: &[(f64, f64)]) -> String {
    let mut d = String::with_capacity(points.len() * 12);
    for (i, (x, y)) in points.iter().enumerate() {
        let step = if i == 0 { 'M' } else { 'L' };
        d.push_str(&format!("{step}{} {}", tenth(*x), tenth(*y)));
    }
    d
}

/// Tenths are finer than any screen, and keep the page small.
fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
