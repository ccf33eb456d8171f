//! A client of the generated types, as a front end has it: calls, a subscription that tells events apart, a page of history.

use std::fmt::Write as _;

use crate::items::{Channel, Event, Shape};

/// The text of `usage.ts`: something of every channel.
pub(crate) fn text(channels: &[Channel]) -> String {
    let mut text = HEAD.to_owned();
    for channel in channels {
        let sent = channel.events.iter().find(|event| event.has_action);
        text.push_str(&of_channel(channel, sent));
    }
    text
}

const HEAD: &str = "import { createTRPCClient, httpBatchLink } from '@trpc/client';
import type { EventEnvelope, EventPayload, EventReply } from './events-client.js';
import type { AppRouter } from './trpc-v11.js';

const client = createTRPCClient<AppRouter>({ links: [httpBatchLink({ url: 'http://127.0.0.1/trpc' })] });
";

fn of_channel(channel: &Channel, sent: Option<&Event>) -> String {
    let name = &channel.name;
    let mut text = format!(
        "\nexport async function {name}(): Promise<string[]> {{\n  const seen: string[] = [];\n"
    );
    if let Some(event) = sent {
        let word = word(channel, event);
        let kind = match event.shape {
            Shape::Words => "'open'",
            Shape::Tagged => "{ type: 'unknown' }",
            Shape::Adjacent => "{ type: 'whole' }",
        };
        let rest = if event.fields.len() > 5 {
            ", amount: 1"
        } else {
            ""
        };
        let payload = format!("entryId: 'a', tenant: 1, kind: {kind}, tags: []{rest}");
        let nothing = if event.fields.len() > 7 {
            ", ref: null"
        } else {
            ""
        };
        let _ = write!(
            text,
            "  const reply: EventReply<'{name}:{word}'> = await client.{name}.{word}.mutate({{ {payload}{nothing}, clientEventId: 'once' }});
  seen.push(JSON.stringify(reply));
  // @ts-expect-error the tenant is a number
  await client.{name}.{word}.mutate({{ {payload}{nothing}, tenant: 'a' }});
  await client.sendEvent.mutate({{ name: '{name}:{word}', payload: {{ {payload}{nothing} }} }});
"
        );
    }
    let _ = write!(
        text,
        "  client.{name}.subscribe.subscribe(undefined, {{\n    onData({{ data: event }}) {{\n      switch (event.name) {{\n"
    );
    for event in channel.events.iter().take(10) {
        let word = word(channel, event);
        let _ = writeln!(
            text,
            "        case '{name}:{word}':\n          seen.push(event.payload.entryId, event.payload.tenant.toFixed());\n          break;"
        );
    }
    text.push_str("        case 'pubsub:gap':\n          seen.push(event.payload.reason);\n          break;\n      }\n    },\n  });\n");
    if let Some(first) = channel.events.first() {
        let word = word(channel, first);
        let _ = write!(
            text,
            "  const page = await client.{name}.history.query({{ limit: 10 }});
  for (const event of page.events) {{
    if (event.name === '{name}:{word}') {{
      const typed: EventEnvelope<'{name}:{word}', EventPayload<'{name}:{word}'>, '{name}'> = event;
      seen.push(typed.timestamp);
    }}
  }}
"
        );
    }
    text.push_str("  return seen;\n}\n");
    text
}

/// The event's word: its name without the noun.
fn word(channel: &Channel, event: &Event) -> String {
    let noun = channel.name.trim_end_matches('s');
    event.said.trim_start_matches(noun).trim().replace(' ', "_")
}
