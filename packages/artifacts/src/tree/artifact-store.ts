import { type Database, sql, SqlEntityStore } from '@chapkit/data'
import type { RawBuilder } from 'kysely'
import type { Artifact } from '../artifact.ts'

/** Half of the key of the tree's lock; the other half is the table, so each schema has a lock of its own. */
const LOCK = 0x41_52_54_46

/**
 * Keeps artifacts in the table `artifacts`, and knows the tree that their parents make. Subtrees and lines of ancestors are
 * walked by the database, so their depth costs no stack.
 */
export class ArtifactStore extends SqlEntityStore<Artifact> {
  constructor(database: Database) {
    super(database, {
      table: 'artifacts',
      fields: {
        data: { column: 'data', kind: 'json' },
        parentId: { column: 'parent_id', kind: 'text', absent: 'null' },
        level: { column: 'level', kind: 'number' },
        content: { column: 'content', kind: 'json' },
      },
    })
  }

  /**
   * Takes the lock of the tree until the end of the transaction: `exclusive` to move or to remove what may have children,
   * `shared` to rely on a parent. So a level that was read stays true until it is used, whatever other replicas do. Take it
   * before the lock of any row. On SQLite the transaction has it already, since it is the only one that writes.
   */
  async lockTree(mode: 'shared' | 'exclusive'): Promise<void> {
    if (this.database.dialect === 'sqlite') return
    const take = sql.raw(mode === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock')
    await sql`select ${take}(${sql.lit(LOCK)}, 'artifacts'::regclass::oid::integer)`.execute(
      this.database.executor,
    )
  }

  /** Id of the root above an artifact, or its own; undefined when there is no such artifact. */
  async findRootId(id: string): Promise<string | undefined> {
    const { rows } = await sql<{ id: string }>`${this.#ancestors(id)}
      select id from line where parent_id is null`.execute(this.database.executor)
    return rows[0]?.id
  }

  /** Whether an artifact is another one, or below it. */
  async isWithin(id: string, top: string): Promise<boolean> {
    const { rows } = await sql`${this.#ancestors(id)} select id from line where id = ${top}`.execute(
      this.database.executor,
    )
    return rows.length > 0
  }

  /** An artifact and what is below it, in the order of their ids; nothing when there is no such artifact. */
  async subtree(id: string, maxDepth: number): Promise<Artifact[]> {
    const { rows } = await sql<Record<string, unknown>>`
      with recursive below (id, depth) as (
        select id, 0 from artifacts where id = ${id}
        union all
        select child.id, below.depth + 1 from below ${this.#joinChildren()}
        where below.depth < ${sql.lit(maxDepth)}
      )
      select artifacts.* from below join artifacts on artifacts.id = below.id order by artifacts.id
    `.execute(this.database.executor)
    return rows.map((row) => this.fromRow(row))
  }

  /** The roots that are linked to a config, in the order of their ids. */
  async linkedTo(configId: string): Promise<Artifact[]> {
    const { rows } = await sql<Record<string, unknown>>`
      select artifacts.* from artifact_links join artifacts on artifacts.id = artifact_links.artifact_id
      where artifact_links.config_id = ${configId} order by artifacts.id
    `.execute(this.database.executor)
    return rows.map((row) => this.fromRow(row))
  }

  /** Changes the level of all that is below an artifact. */
  async shiftLevels(id: string, by: number, version: string): Promise<void> {
    await sql`${this.#descendants(id)}
      update artifacts set level = level + ${sql.lit(by)}, version = ${version}
      where id in (select id from below)`.execute(this.database.executor)
  }

  /** Makes roots of the children of an artifact. */
  async detachChildren(id: string): Promise<void> {
    await sql`update artifacts set parent_id = null where parent_id = ${id}`.execute(this.database.executor)
  }

  // `union` rather than `union all`: the walk would end even in a circle.
  #ancestors(id: string) {
    return sql`with recursive line (id, parent_id) as (
      select id, parent_id from artifacts where id = ${id}
      union
      select parent.id, parent.parent_id from line ${this.#join('parent', sql`id = line.parent_id`)}
    )`
  }

  #descendants(id: string) {
    return sql`with recursive below (id) as (
      select id from artifacts where parent_id = ${id}
      union
      select child.id from below ${this.#joinChildren()}
    )`
  }

  #joinChildren() {
    return this.#join('child', sql`parent_id = below.id`)
  }

  /**
   * Joins artifacts to each step of a walk. PostgreSQL, which cannot know how few they are, would read the whole table at
   * each step; `offset 0` makes it look them up.
   */
  #join(name: string, condition: RawBuilder<unknown>) {
    if (this.database.dialect === 'sqlite')
      return sql`join artifacts as ${sql.ref(name)} on ${sql.ref(name)}.${condition}`
    return sql`cross join lateral
      (select id, parent_id from artifacts where ${condition} offset 0) as ${sql.ref(name)}`
  }
}
