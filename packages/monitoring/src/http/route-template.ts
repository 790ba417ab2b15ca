/**
 * A route as OpenAPI writes it: `/configs/:entity_id` is `/configs/{entity_id}`, a wildcard is `{path}`. Patterns of parameters
 * are left out.
 */
export function routeTemplate(url: string): string {
  return url
    .replaceAll(/::|:(\w+)(?:\((?:[^()]|\([^()]*\))*\))?\??/g, (_match, name?: string) =>
      name === undefined ? ':' : `{${name}}`,
    )
    .replaceAll('*', '{path}')
}
