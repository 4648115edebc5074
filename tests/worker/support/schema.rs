//! The MODS schema as a judge of what the worker writes, without a network.

use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

use xsd_schema::validation::{
    CollectingValidationSink, SchemaValidator, ValidationFlags, drive_quick_xml,
};
use xsd_schema::{LocationRequest, SchemaResolver, SchemaSet, SchemaSetBuilder};

/// Checks a document against MODS 3.8; all that is wrong with it is in the error.
///
/// Without the schema (see [`shared`](super::shared)) nothing is checked.
pub(crate) fn validate(xml: &[u8]) -> Result<(), String> {
    // Loaded once for all tests; its tables may be used by one at a time.
    static SCHEMA: OnceLock<Option<Mutex<SchemaSet>>> = OnceLock::new();
    let folder = || super::shared("MODS_SCHEMA_DIR", "../shared/schema");
    let schema = SCHEMA.get_or_init(|| folder().map(|folder| Mutex::new(load(&folder))));
    let Some(schema) = schema else { return Ok(()) };
    let schema = &*schema.lock().unwrap_or_else(PoisonError::into_inner);

    let (mut errors, mut warnings) = (Vec::new(), Vec::new());
    let validator = SchemaValidator::new(schema, ValidationFlags::default());
    let sink = CollectingValidationSink {
        errors: &mut errors,
        warnings: &mut warnings,
    };
    let mut runtime = validator.start_run(sink);
    drive_quick_xml(xml, &mut runtime, schema).map_err(|error| error.to_string())?;
    drop(runtime);
    if errors.is_empty() {
        return Ok(());
    }
    Err(errors
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n"))
}

/// Reads the schema and what it imports from one folder, whatever address the import names.
fn load(folder: &Path) -> SchemaSet {
    let local = {
        let folder = folder.to_owned();
        move |request: &LocationRequest<'_>, _: &SchemaResolver| {
            let (_, name) = request
                .location
                .rsplit_once('/')
                .unwrap_or(("", request.location));
            Some(folder.join(name).to_str()?.to_owned())
        }
    };
    let mut builder = SchemaSetBuilder::new();
    builder.set_location_rewriter(local);
    let compiled = builder
        .add("http://www.loc.gov/mods/v3", "mods-3-8.xsd")
        .and_then(SchemaSetBuilder::compile);
    let compiled = compiled.unwrap_or_else(|error| panic!("the MODS schema: {error}"));
    assert!(
        compiled.directive_failures().is_empty(),
        "{:?}",
        compiled.directive_failures()
    );
    compiled.into_schema_set()
}
