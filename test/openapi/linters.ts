import { createConfig, lintFromString } from '@redocly/openapi-core';
import spectralCore, { type RulesetDefinition } from '@stoplight/spectral-core';
import rulesets from '@stoplight/spectral-rulesets';

/* The rules of two linters, without their command lines: these would report usage and look for updates. */

/** What a linter found fault with, as `rule: message (place)`. */
export type Findings = readonly string[];

/** Redocly's strict rules and those that ask for descriptions and valid examples. */
export async function lintWithRedocly(text: string): Promise<Findings> {
  const config = await createConfig({
    extends: ['recommended-strict'],
    rules: {
      'no-invalid-media-type-examples': 'error',
      'no-invalid-parameter-examples': 'error',
      'no-invalid-schema-examples': 'error',
      'operation-description': 'error',
      'parameter-description': 'error',
      'tag-description': 'error',
    },
  });
  const problems = await lintFromString({ source: text, absoluteRef: '/openapi.json', config });
  return problems.map(
    ({ ruleId, message, location }) => `${ruleId}: ${message} (${location[0]?.pointer ?? ''})`,
  );
}

/** All rules of Spectral for OpenAPI but three. */
export async function lintWithSpectral(text: string): Promise<Findings> {
  const spectral = new spectralCore.Spectral();
  spectral.setRuleset({
    extends: [[rulesets.oas as RulesetDefinition, 'all']],
    rules: {
      // The roles of a scheme `http`, which OpenAPI 3.1 allows, are unknown to it (stoplightio/spectral#2643).
      'oas3-operation-security-defined': 'off',
      // Who operates an installation is not known here.
      'contact-properties': 'off',
      // Tags are in the order in which a reader needs them.
      'openapi-tags-alphabetical': 'off',
    },
  });
  const results = await spectral.run(JSON.parse(text) as Record<string, unknown>);
  return results.map(({ code, message, path }) => `${code}: ${message} (${path.join('/')})`);
}
