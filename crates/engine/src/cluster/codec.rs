//! How a plan of shares travels: its work's name, the order and the number of shares, behind a mark that Ballista's own
//! messages can't begin with.

use std::sync::Arc;

use ballista_core::serde::BallistaPhysicalExtensionCodec;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::physical_plan::ExecutionPlan;
use datafusion_proto::physical_plan::{PhysicalExtensionCodec, PhysicalProtoConverterExtension};
use pollwarden_core::SharedWork;

use super::shares::Shares;

/// No message in protocol buffers begins with a byte 0: field numbers begin with 1.
const MARK: &[u8] = b"\0pollwarden shares\n";

/// Knows the work that may be shared, and leaves all else to Ballista.
#[derive(Debug, Default)]
pub(super) struct Codec {
    pub(super) works: &'static [&'static SharedWork],
    ballista: BallistaPhysicalExtensionCodec,
}

impl Codec {
    pub(super) fn of(works: &'static [&'static SharedWork]) -> Self {
        Self { works, ballista: BallistaPhysicalExtensionCodec::default() }
    }

    fn shares(&self, message: &str, inputs: &[Arc<dyn ExecutionPlan>]) -> Option<Shares> {
        let (name, rest) = message.split_once('\n')?;
        let (of, order) = rest.split_once('\n')?;
        let work = self.works.iter().find(|work| work.name == name)?;
        let of = of.parse().ok().filter(|of| (1..=MOST_SHARES).contains(of))?;
        let [numbers] = inputs else { return None };
        Some(Shares::of(work, order.into(), of, Arc::clone(numbers)))
    }
}

/// More would only be a message gone wrong.
const MOST_SHARES: usize = 1 << 16;

impl PhysicalExtensionCodec for Codec {
    fn try_decode(
        &self,
        buf: &[u8],
        inputs: &[Arc<dyn ExecutionPlan>],
        ctx: &TaskContext,
        proto_converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let Some(message) = buf.strip_prefix(MARK) else {
            return self.ballista.try_decode(buf, inputs, ctx, proto_converter);
        };
        let shares = std::str::from_utf8(message).ok().and_then(|message| self.shares(message, inputs));
        let unknown = "this is an order that this build does not know: use the same Pollwarden everywhere";
        Ok(Arc::new(shares.ok_or_else(|| DataFusionError::Execution(unknown.into()))?))
    }

    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        buf: &mut Vec<u8>,
        proto_converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        let Some(shares) = node.downcast_ref::<Shares>() else {
            return self.ballista.try_encode(node, buf, proto_converter);
        };
        buf.extend_from_slice(MARK);
        buf.extend_from_slice(format!("{}\n{}\n{}", shares.work.name, shares.of, shares.order).as_bytes());
        Ok(())
    }
}
